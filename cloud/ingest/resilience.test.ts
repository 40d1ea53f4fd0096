import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { jetstreamManager } from '@nats-io/jetstream'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CONSUMER } from '../broker/lane-stream.ts'
import { HOLD_LEDGER_DAY } from '../ledger/ledger-day.ts'
import { INGEST_APPLICATION } from './frozen-peer.ts'
import { type IngestRig, type RigGateway, openIngestRig } from './ingest-rig.ts'

let dir: string
let postgres: Postgres
let nats: Nats
let rig: IngestRig

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-resilience-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  rig = await openIngestRig({ database: postgres.url, nats: nats.url })
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
  await nats.stop()
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
})

const SOON = { timeout: 20_000 }
const samplesOf = (gateway: RigGateway): Promise<number> =>
  rig.count(
    'samples JOIN series s ON s.id = series_id JOIN gateway g ON g.id = gateway_id WHERE g.name = $1',
    [gateway.name],
  )

it('two processes that get the same messages store them once', async () => {
  await using _ = await rig.ingest()
  await using __ = await rig.ingest()
  const gateways = Array.from({ length: 4 }, () => rig.gateway())
  for (const gateway of gateways) await gateway.sendTable()
  const sent = gateways.flatMap((gateway) =>
    Array.from({ length: 30 }, (_, i) => {
      const body = gateway.batch([{ value: i }])
      return [gateway.send('telemetry', i + 1, body), gateway.send('telemetry', i + 1, body)]
    }),
  )
  await Promise.all(sent.flat())
  for (const gateway of gateways) {
    await expect.poll(() => gateway.told('telemetry')?.contiguous, SOON).toBe(30)
    // The table may have been with the one while the other parked what needs it.
    await expect.poll(() => samplesOf(gateway), SOON).toBe(30)
  }
})

it('a process that is frozen in its transaction is ended, and the other goes on', async () => {
  await using _ = await rig.ingest()
  const gateway = rig.gateway()
  await gateway.sendTable()
  await gateway.send('telemetry', 1, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(1)
  const frozen = new Client({ connectionString: postgres.url, application_name: INGEST_APPLICATION })
  const ended = new Promise((resolve) => frozen.on('error', resolve))
  const bystander = new Client({ connectionString: postgres.url, application_name: INGEST_APPLICATION })
  await Promise.all([frozen.connect(), bystander.connect()])
  await bystander.query('BEGIN')
  await frozen.query(`BEGIN; INSERT INTO ledger (day, gateway_id, lane, epoch, seq, sha256, state, at, rows)
    SELECT day, gateway_id, lane, epoch, 2, '', 0, now(), 1 FROM ledger JOIN gateway g ON g.id = gateway_id
    WHERE name = '${gateway.name}'`)
  await gateway.send('telemetry', 2, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous, SOON).toBe(2)
  expect(await samplesOf(gateway)).toBe(2)
  await ended
  await bystander.query('COMMIT')
  await bystander.end()
})

it('a frozen process does not hold up the turn of the ledger day either', async () => {
  const frozen = new Client({ connectionString: postgres.url, application_name: INGEST_APPLICATION })
  const ended = new Promise((resolve) => frozen.on('error', resolve))
  await frozen.connect()
  await frozen.query(`BEGIN; ${HOLD_LEDGER_DAY}`)
  await using _ = await rig.ingest()
  const gateway = rig.gateway()
  await gateway.sendTable()
  await gateway.send('telemetry', 1, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous, SOON).toBe(1)
  await ended
})

it('a stream that is deleted under its feet is made again', async () => {
  await using _ = await rig.ingest()
  const manager = await jetstreamManager(rig.connection)
  const gateway = rig.gateway()
  await gateway.sendTable()
  await gateway.send('telemetry', 1, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(1)
  await manager.streams.delete('TELEMETRY')
  await expect
    .poll(
      () =>
        manager.streams.info('TELEMETRY').then(
          ({ state }) => state.messages,
          () => -1,
        ),
      SOON,
    )
    .toBe(0)
  await gateway.send('telemetry', 2, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous, SOON).toBe(2)
  await manager.consumers.delete('TELEMETRY', CONSUMER)
  await gateway.send('telemetry', 3, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous, SOON).toBe(3)
})

it('a broker that is wiped and started again is gone back to', async () => {
  await using _ = await rig.ingest()
  const gateway = rig.gateway()
  await gateway.sendTable()
  await gateway.send('telemetry', 1, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(1)
  const port = Number(new URL(nats.url).port)
  await nats.stop()
  await rm(join(dir, 'nats'), { recursive: true })
  nats = await startNats({ storeDir: join(dir, 'nats'), port })
  const send = (): Promise<boolean> =>
    gateway.send('telemetry', 2, gateway.batch([{}])).then(
      () => true,
      () => false,
    )
  await expect.poll(send, SOON).toBe(true)
  await expect.poll(() => gateway.told('telemetry')?.contiguous, SOON).toBe(2)
})

it('while the database is down nothing is acknowledged; then all is stored', async () => {
  await using _ = await rig.ingest()
  const manager = await jetstreamManager(rig.connection)
  const gateway = rig.gateway()
  await gateway.sendTable()
  await gateway.send('telemetry', 1, gateway.batch([{}]))
  await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(1)
  const port = Number(new URL(postgres.url).port)
  process.kill(postgres.pid, 'SIGQUIT')
  await postgres.exited
  for (let seq = 2; seq <= 20; seq++) await gateway.send('telemetry', seq, gateway.batch([{}]))
  await expect
    .poll(() => manager.consumers.info('TELEMETRY', CONSUMER).then((info) => info.num_ack_pending))
    .toBe(19)
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port })
  await expect.poll(() => gateway.told('telemetry')?.contiguous, SOON).toBe(20)
  expect(await samplesOf(gateway)).toBe(20)
})

describe('a database that is restored from a copy', () => {
  it('gets the values of each gateway under its own name, and is told by lower receipts to whoever asks', async () => {
    await using _ = await rig.ingest()
    const [before, lost, late] = [rig.gateway(), rig.gateway(), rig.gateway()]
    const store = async (gateway: RigGateway, seq: number): Promise<void> => {
      await gateway.sendTable()
      await gateway.send('telemetry', seq, gateway.batch([{ value: seq }, { slot: 1, value: 'on' }]))
    }
    await store(before, 1)
    await expect.poll(() => before.told('telemetry')?.contiguous).toBe(1)
    await withAdmin(async (admin) => {
      await disconnectAll(admin)
      await admin.query('CREATE DATABASE copy TEMPLATE city')
      await admin.query('ALTER DATABASE city ALLOW_CONNECTIONS true')
    })
    await store(lost, 1)
    await store(before, 2)
    await expect.poll(() => lost.told('telemetry')?.contiguous, SOON).toBe(1)
    await expect.poll(() => before.told('telemetry')?.contiguous, SOON).toBe(2)
    await withAdmin(async (admin) => {
      await disconnectAll(admin)
      await admin.query('DROP DATABASE city')
      await admin.query('ALTER DATABASE copy RENAME TO city')
      await admin.query('ALTER DATABASE city ALLOW_CONNECTIONS true')
    })
    await store(late, 1)
    await expect.poll(() => late.told('telemetry')?.contiguous, SOON).toBe(1)
    await store(lost, 2)
    await expect.poll(() => samplesOf(lost), SOON).toBe(2)
    expect(await samplesOf(late)).toBe(2)
    expect(await samplesOf(before)).toBe(2)
    const lanes = [{ lane: 'telemetry' as const, epoch: before.epoch, known: 2, head: 2 }]
    const nonce = before.ask({ lanes })
    await expect
      .poll(() => before.receipts.find((receipt) => receipt.nonce === nonce)?.lanes)
      .toMatchObject([{ contiguous: 1, holes: [], top: 1, pending: 0 }])
  })

  beforeEach(async () => {
    await withAdmin(async (admin) => admin.query('CREATE DATABASE city'))
    await rig[Symbol.asyncDispose]()
    rig = await openIngestRig({ database: postgres.url.replace(/postgres$/, 'city'), nats: nats.url })
  })

  async function disconnectAll(admin: Client): Promise<void> {
    await admin.query('ALTER DATABASE city ALLOW_CONNECTIONS false')
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'city'`)
    await expect
      .poll(async () => (await admin.query(`SELECT FROM pg_stat_activity WHERE datname = 'city'`)).rowCount)
      .toBe(0)
  }

  async function withAdmin(work: (admin: Client) => Promise<unknown>): Promise<void> {
    const admin = new Client({ connectionString: postgres.url })
    await admin.connect()
    await work(admin)
    await admin.end()
  }
})
