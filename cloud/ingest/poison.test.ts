import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { encodeEvent, encodeGap } from '@ganzhi/contracts/event'
import { encodeEvidence } from '@ganzhi/contracts/evidence'
import { hashOf } from '@ganzhi/contracts/point-table'
import { QUARANTINE_SUBJECT, gatewaySubject } from '@ganzhi/contracts/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IngestRig, type RigGateway, openIngestRig } from './ingest-rig.ts'

let dir: string
let postgres: Postgres
let nats: Nats
let rig: IngestRig
/** Values of this number make PostgreSQL refuse the batch; their point has one decimal. */
const UNSTORABLE = 666.5

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-poison-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  rig = await openIngestRig({ database: postgres.url, nats: nats.url })
  await rig.pool.query(`ALTER TABLE samples ADD CHECK (value IS DISTINCT FROM ${UNSTORABLE * 10})`)
  await rig.ingest()
})
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]()
  await nats?.stop()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

const EVENT = {
  specversion: '1.0',
  id: '01JCZ0000000000000000000AA.started.0',
  source: 'gw',
  type: 'cn.ganzhi.vision.crowd-gathering.started',
  subject: 'camera-7',
  time: '2026-11-21T08:00:00Z',
  incident: '01JCZ0000000000000000000AA',
} as const

const samplesOf = (gateway: RigGateway) =>
  rig.count(
    'samples JOIN series s ON s.id = series_id JOIN gateway g ON g.id = gateway_id WHERE g.name = $1',
    [gateway.name],
  )
const stateOf = async (gateway: RigGateway, seq: number): Promise<number | undefined> => {
  const { rows } = await rig.pool.query<{ state: number }>(
    'SELECT state FROM ledger JOIN gateway g ON g.id = gateway_id WHERE name = $1 AND seq = $2',
    [gateway.name, seq],
  )
  return rows[0]?.state
}
const quarantined = async (gateway: RigGateway): Promise<string[]> => {
  const { rows } = await rig.pool.query<{ reason: string }>(
    'SELECT reason FROM quarantine WHERE gateway = $1 ORDER BY id',
    [gateway.name],
  )
  return rows.map(({ reason }) => reason)
}
const STORED = 0
const QUARANTINED = 2

describe('a body that can not be decoded', () => {
  it('is entered as quarantined and receipted, in every lane', async () => {
    for (const lane of ['telemetry', 'events', 'evidence'] as const) {
      const gateway = rig.gateway()
      await gateway.send(lane, 1, Buffer.from('rubbish'))
      await expect.poll(() => gateway.told(lane)?.contiguous).toBe(1)
      expect(await stateOf(gateway, 1)).toBe(QUARANTINED)
      expect(await quarantined(gateway)).toHaveLength(1)
    }
  })
})

describe('a message that does not say whose it is', () => {
  it('is quarantined only, told with the reason, and holds nobody up', async () => {
    const gateway = rig.gateway()
    const copies: string[] = []
    const watch = rig.connection.subscribe(QUARANTINE_SUBJECT, {
      callback: (_, message) => void copies.push(message.headers?.get('reason') ?? ''),
    })
    await gateway.sendTable()
    const body = gateway.batch([{}])
    await gateway.send('telemetry', 1, body, { headers: { epoch: 'nope' } })
    await gateway.send('telemetry', 1, body, { headers: { gateway: 'someone-else' } })
    await gateway.send('telemetry', 1, body, { headers: { sha256: hashOf(Buffer.from('other')) } })
    await gateway.send('telemetry', 1, body, { headers: { lane: 'events' } })
    await gateway.send('telemetry', 1, body, { subject: gatewaySubject(gateway.name, 'event') })
    await gateway.send('telemetry', 1, Buffer.alloc(600 * 1024))
    await gateway.send('telemetry', 1, body, { headers: { kind: 'table' } })
    await gateway.send('telemetry', 2, body)
    await expect.poll(() => gateway.told('telemetry')?.holes).toEqual([[1, 1]])
    await expect.poll(() => quarantined(gateway)).toHaveLength(7)
    expect(await quarantined(gateway)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('epoch'),
        expect.stringContaining('someone-else'),
        expect.stringContaining('sha256'),
        expect.stringContaining('over 524288'),
      ]),
    )
    expect(await stateOf(gateway, 2)).toBe(STORED)
    await expect.poll(() => copies.length).toBe(7)
    watch.unsubscribe()
  })
})

describe('a key that comes with two bodies', () => {
  it('keeps the first, is a conflict, and is not receipted', async () => {
    const gateway = rig.gateway()
    await gateway.sendTable()
    await gateway.send('telemetry', 1, gateway.batch([{ value: 1.5 }]))
    await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(1)
    await gateway.send('telemetry', 2, gateway.batch([{ value: 2.5 }]))
    const other = gateway.batch([{ value: 9.5 }, { value: 9.5 }])
    for (let i = 0; i < 3; i++) await gateway.send('telemetry', 2, other)
    await gateway.send('telemetry', 3, gateway.batch([{ value: 3.5 }]))
    await expect
      .poll(() =>
        rig.count('identity_conflict c JOIN gateway g ON g.id = gateway_id WHERE name = $1', [gateway.name]),
      )
      .toBe(1)
    const lanes = [{ lane: 'telemetry' as const, epoch: gateway.epoch, known: 1, head: 3 }]
    const nonce = gateway.ask({ lanes })
    await expect
      .poll(() => gateway.receipts.find((receipt) => receipt.nonce === nonce)?.lanes[0])
      .toMatchObject({ top: 3 })
    expect(await samplesOf(gateway)).toBe(3)
    expect(await quarantined(gateway)).toHaveLength(1)
  })
})

describe('a batch that PostgreSQL refuses', () => {
  it('is found among others, quarantined and receipted; the others are stored', async () => {
    const gateway = rig.gateway()
    await gateway.sendTable()
    for (let seq = 1; seq <= 20; seq++) {
      await gateway.send(
        'telemetry',
        seq,
        gateway.batch([{ value: seq === 7 || seq === 8 ? UNSTORABLE : seq }]),
      )
    }
    await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(20)
    expect(await samplesOf(gateway)).toBe(18)
    expect(await stateOf(gateway, 7)).toBe(QUARANTINED)
    expect(await stateOf(gateway, 9)).toBe(STORED)
    expect(await quarantined(gateway)).toEqual([
      expect.stringContaining('PostgreSQL'),
      expect.stringContaining('PostgreSQL'),
    ])
  })
})

describe('a batch whose point table has not come', () => {
  it('is parked and receipted, its table is asked for, and it is stored once when that comes', async () => {
    const gateway = rig.gateway(`parked-${Date.now()}`)
    await rig.pool.query('DELETE FROM point_table')
    const fresh = await restarted()
    for (const seq of [1, 2]) await gateway.send('telemetry', seq, gateway.batch([{ value: seq }]))
    await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(2)
    expect(gateway.receipts.at(-1)?.need).toEqual([gateway.table.hash])
    expect(await stateOf(gateway, 1)).toBe(1)
    await gateway.sendTable()
    await expect.poll(() => samplesOf(gateway)).toBe(2)
    expect(await stateOf(gateway, 1)).toBe(STORED)
    await gateway.send('telemetry', 1, gateway.batch([{ value: 1 }]))
    await expect.poll(() => gateway.receipts.at(-1)?.need).toEqual([])
    expect(await samplesOf(gateway)).toBe(2)
    await fresh[Symbol.asyncDispose]()
  })

  it('is stored at the next start where its table came without anyone storing it', async () => {
    const gateway = rig.gateway()
    await rig.pool.query('DELETE FROM point_table')
    const fresh = await restarted()
    await gateway.send('telemetry', 1, gateway.batch([{}]))
    await expect.poll(() => stateOf(gateway, 1)).toBe(1)
    await rig.pool.query('INSERT INTO point_table (hash, bytes) VALUES ($1, $2)', [
      Buffer.from(gateway.table.hash, 'hex'),
      gateway.table.bytes,
    ])
    await fresh[Symbol.asyncDispose]()
    await restarted()
    await expect.poll(() => samplesOf(gateway)).toBe(1)
  })

  it('is named as missing when nobody has the table any more', async () => {
    const gateway = rig.gateway()
    await rig.pool.query('DELETE FROM point_table')
    await restarted()
    await gateway.send('telemetry', 1, gateway.batch([{}]))
    await expect.poll(() => stateOf(gateway, 1)).toBe(1)
    const gap = { lane: 'telemetry', epoch: gateway.epoch, reason: 'table-lost', at: Date.now() } as const
    await gateway.send('events', 2, encodeGap({ ...gap, kind: 'gap', firstSeq: 1, lastSeq: 1, count: 1 }))
    await expect.poll(() => stateOf(gateway, 1)).toBe(QUARANTINED)
    expect(await rig.count('gap JOIN gateway g ON g.id = gateway_id WHERE name = $1', [gateway.name])).toBe(1)
    await expect.poll(() => gateway.receipts.at(-1)?.need).toEqual([])
  })

  /** One that knows no table. The one before goes on: any number may. */
  async function restarted(): Promise<AsyncDisposable> {
    await running?.[Symbol.asyncDispose]()
    running = await rig.ingest()
    return running
  }
})
let running: AsyncDisposable | undefined

describe('events and gap records', () => {
  it('go into their tables, an event once however often it is told', async () => {
    const gateway = rig.gateway()
    await gateway.send('events', 1, encodeEvent(EVENT))
    await gateway.send('events', 2, encodeEvent(EVENT))
    const gap = { lane: 'telemetry', epoch: gateway.epoch, reason: 'evicted-full', at: Date.now() } as const
    await gateway.send('events', 3, encodeGap({ ...gap, kind: 'gap', firstSeq: 1, lastSeq: 4, count: 4 }))
    await gateway.sendTable()
    await gateway.send('telemetry', 5, gateway.batch([{}]))
    await expect.poll(() => gateway.told('events')?.contiguous).toBe(3)
    await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(5)
    expect(await rig.count('event JOIN gateway g ON g.id = gateway_id WHERE name = $1', [gateway.name])).toBe(
      1,
    )
  })
})

describe('evidence', () => {
  const evidenceState = async (sha256: string): Promise<string | undefined> => {
    const { rows } = await rig.pool.query<{ state: string }>('SELECT state FROM evidence WHERE sha256 = $1', [
      Buffer.from(sha256, 'hex'),
    ])
    return rows[0]?.state
  }

  it('is pending until all of its parts are there, then stored as it was', async () => {
    const gateway = rig.gateway()
    const picture = Buffer.from(Array.from({ length: 1_300_000 }, (_, i) => (i * 7919) >> 3))
    const { sha256, records } = encodeEvidence(picture, { contentType: 'image/jpeg', at: Date.now() })
    expect(records.length).toBeGreaterThan(2)
    await gateway.send('evidence', 2, records[1]!)
    await expect.poll(() => evidenceState(sha256)).toBe('pending')
    await gateway.send('evidence', 1, records[0]!)
    await gateway.send('evidence', 3, records[2]!)
    await expect.poll(() => evidenceState(sha256)).toBe('stored')
    await expect.poll(() => gateway.told('evidence')?.contiguous).toBe(3)
    const stored = await new Response(await rig.options.evidence.get(sha256)).bytes()
    expect(picture.equals(stored)).toBe(true)
  })
})
