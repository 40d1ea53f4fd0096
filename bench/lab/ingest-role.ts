import { type JetStreamClient, jetstream } from '@nats-io/jetstream'
import { headers as natsHeaders } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import pg from 'pg'
import type { Message } from './city.ts'
import type { Lab } from './lab.ts'
import { type Role, startRole } from './role.ts'

export async function startIngest(lab: Lab): Promise<Role> {
  return startRole(['cloud/main.ts', '--roles', 'ingest'], {
    env: { DATABASE_URL: lab.databaseUrl, NATS_URL: lab.natsUrl, GANZHI_EVIDENCE: `${lab.dir}/evidence` },
    log: `${lab.dir}/ingest.log`,
  })
}

export async function publish(lab: Lab, messages: readonly Message[]): Promise<void> {
  const connection = await connect({ servers: lab.natsUrl })
  const stream: JetStreamClient = jetstream(connection)
  const send = async ({ subject, headers, body }: Message): Promise<void> => {
    const head = natsHeaders()
    for (const [name, value] of Object.entries(headers)) head.set(name, value)
    await stream.publish(subject, body, { headers: head })
  }
  for (let at = 0; at < messages.length; at += 256) await Promise.all(messages.slice(at, at + 256).map(send))
  await connection.close()
}

export async function storedBatches(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>('SELECT count(*) AS n FROM ledger')
  return Number(rows[0]?.n)
}

export async function untilStored(lab: Lab, batches: number): Promise<void> {
  const deadline = performance.now() + 300_000
  await query(lab, async (client) => {
    while ((await storedBatches(client)) < batches) {
      if (performance.now() > deadline) throw new Error(`not stored within 5 minutes; see ${lab.dir}`)
      await client.query('SELECT pg_sleep(0.05)')
    }
  })
}

export async function query<T>(lab: Lab, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(lab.databaseUrl)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
