import { type Lane, headersOf, messageId } from '@ganzhi/contracts/record-key'
import { laneSubject } from '@ganzhi/contracts/subjects'
import { jetstream } from '@nats-io/jetstream'
import { type NatsConnection, headers } from '@nats-io/transport-node'
import { createHash } from 'node:crypto'

import type { Random } from '../random.ts'
import type { Scenario } from '../scenario.ts'

/** Nobody of the load: what is forged under this name is not laid beside what was accepted. */
const FORGER = 'forger'
const MESSAGES = 60
const LANES = ['telemetry', 'events', 'evidence'] as const satisfies readonly Lane[]
const EPOCH = '00000000000000ff'

export const poison: Scenario = {
  name: 'poison',
  promise: 'what nobody can read is set aside with the reason, and holds nobody up',
  async run({ lab, load, random, until, delivered }) {
    const [victim] = lab.gateways
    await lab.nats.withConnection(async (connection) => {
      for (let count = 0; count < MESSAGES; count++) {
        await publishPoison(connection, count, victim.gateway, random)
        await load.more(random.integer(1, 4))
      }
    })
    await until(
      () => `${MESSAGES} messages in quarantine`,
      () =>
        lab.postgres.withClient(async (client) => {
          const { rowCount } = await client.query('SELECT FROM quarantine')
          return (rowCount ?? 0) >= MESSAGES
        }),
    )
    await delivered()
  },
}

/** Bytes that are none, headers that lie, headers that are missing, bodies that are something else. */
async function publishPoison(
  connection: NatsConnection,
  seq: number,
  victim: string,
  random: Random,
): Promise<void> {
  const lane = random.pick(LANES)
  const body = random.pick([random.bytes(random.integer(0, 400)), Buffer.from('{"specversion":"1.0"}')])
  const identity = {
    kind: 'record',
    key: { gateway: FORGER, lane, epoch: EPOCH, seq: seq + 1 },
    sha256: createHash('sha256').update(body).digest('hex'),
  } as const
  const honest = headersOf(identity)
  const lie: Record<string, string> = random.pick([
    honest,
    { ...honest, sha256: '0'.repeat(64) },
    { ...honest, seq: '-1' },
    { ...honest, epoch: 'not hex' },
    { ...honest, lane: 'telemetries' },
    { ...honest, gateway: `not-${victim}` },
    {},
  ])
  const message = headers()
  for (const [name, value] of Object.entries(lie)) message.set(name, value)
  const msgID = messageId({ epoch: EPOCH, seq: seq + 1 }, 1)
  // Under the victim's own subject where the headers can't be right, else under the forger's.
  const speaker = lie === honest ? FORGER : random.pick([FORGER, victim])
  await jetstream(connection).publish(laneSubject(speaker, lane), body, { headers: message, msgID })
}
