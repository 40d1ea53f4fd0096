import type {
  CompletenessView,
  ConflictView,
  GapView,
  HealthView,
  QuarantineView,
} from '@ganzhi/contracts/api-views'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, openApiUnderTest } from './api-under-test.ts'

const startServer = async (dataDir: string) => startPostgres({ dataDir, port: await freePort() })

const TELEMETRY = 2
const EPOCH = 0xaan
const DAY = '2026-11-20'

let on: ApiUnderTest
let gateway: number

beforeAll(async () => {
  on = await openApiUnderTest(startServer)
  gateway = (await on.point('pump-1', 'meter-1', 'temp', 'float')).gatewayId
  await on.pool.query('INSERT INTO lane_progress (gateway_id, lane, epoch) VALUES ($1, $2, $3)', [
    gateway,
    TELEMETRY,
    EPOCH,
  ])
  await on.pool.query(`CREATE TABLE ledger_of_test PARTITION OF ledger FOR VALUES IN ('${DAY}')`)
})
afterAll(() => on?.[Symbol.asyncDispose]())

async function json<T>(path: string): Promise<T> {
  return (await (await on.get(`/api/v1${path}`)).json()) as T
}
interface Items<T> {
  readonly items: T[]
}

/** Records of noon in Shanghai on that day. */
async function store(seqs: readonly number[], day = DAY): Promise<void> {
  await on.pool.query(
    `INSERT INTO ledger (epoch, seq, at, gateway_id, day, rows, lane, state, sha256)
     SELECT $1, seq, $2, $3, $4, 1, $5, 0, decode(repeat('ab', 32), 'hex') FROM unnest($6::int8[]) seq`,
    [EPOCH, `${day}T12:00:00+08:00`, gateway, DAY, TELEMETRY, seqs],
  )
}

async function lose(first: number, last: number, reason: string): Promise<void> {
  await on.pool.query(
    `INSERT INTO gap (gateway_id, lane, epoch, first_seq, last_seq, reason, source, at)
     VALUES ($1, $2, $3, $4, $5, $6, 'edge', now())`,
    [gateway, TELEMETRY, EPOCH, first, last, reason],
  )
}

describe('completeness', () => {
  test('is n of n where nothing is missing', async () => {
    await store([1, 2, 3], '2026-11-18')
    const { items } = await json<Items<CompletenessView>>('/completeness?gateway=pump-1&day=2026-11-18')
    expect(items).toMatchObject([
      { day: '2026-11-18', stored: 3, accepted: 3, lost: 0, awaited: 0, missing: [] },
    ])
    expect(items[0]?.lanes).toMatchObject([
      { lane: 'telemetry', epoch: '00000000000000aa', first: 1, last: 3 },
    ])
  })

  test('names what is lost and why, and what is only awaited', async () => {
    await store([4, 5, 8, 9, 11])
    await lose(6, 7, 'evicted-full')
    const { items } = await json<Items<CompletenessView>>(`/completeness?gateway=pump-1&day=${DAY}`)
    expect(items).toMatchObject([
      {
        stored: 5,
        accepted: 8,
        lost: 2,
        awaited: 1,
        missing: [
          { first: 6, last: 7, count: 2, reasons: ['evicted-full'] },
          { first: 10, last: 10, count: 1, reasons: [] },
        ],
      },
    ])
  })

  test('is told for a row of days, each with its own', async () => {
    const { items } = await json<Items<CompletenessView>>(`/completeness?gateway=pump-1&day=${DAY}&days=4`)
    expect(items.map(({ day, stored }) => [day, stored])).toEqual([
      ['2026-11-17', 0],
      ['2026-11-18', 3],
      ['2026-11-19', 0],
      [DAY, 5],
    ])
  })
})

test('gaps are listed newest first, page by page, of one gateway or of all', async () => {
  await lose(10, 10, 'rotten')
  const first = await json<Items<GapView> & { next: string }>('/gaps?limit=1')
  expect(first.items).toMatchObject([
    {
      gateway: 'pump-1',
      lane: 'telemetry',
      epoch: '00000000000000aa',
      first: 10,
      count: 1,
      reason: 'rotten',
    },
  ])
  const second = await json<Items<GapView>>(`/gaps?limit=1&after=${first.next}`)
  expect(second).toMatchObject({ items: [{ first: 6, last: 7, count: 2 }], next: null })
  expect(await json('/gaps?gateway=pump-2')).toEqual({ items: [], next: null })
})

test('what is quarantined is listed with its reason, and without its body', async () => {
  await on.pool.query(
    `INSERT INTO quarantine (gateway, subject, headers, body, reason)
     VALUES ('pump-1', 'gz.v1.pump-1.telemetry', '{"seq":"1"}', '\\x0102', 'no sha256')`,
  )
  const { items } = await json<Items<QuarantineView>>('/quarantine?gateway=pump-1')
  expect(items).toMatchObject([{ subject: 'gz.v1.pump-1.telemetry', reason: 'no sha256', bytes: 2 }])
  expect(items[0]).not.toHaveProperty('body')
})

test('identity conflicts are listed, whether of a record or of a whole run', async () => {
  await on.pool.query(
    `INSERT INTO identity_conflict (gateway_id, kind, epoch, lane, seq) VALUES ($1, 'hash', $2, $3, 7)`,
    [gateway, EPOCH, TELEMETRY],
  )
  await on.pool.query(`INSERT INTO identity_conflict (gateway_id, kind, epoch) VALUES ($1, 'epoch', $2)`, [
    gateway,
    EPOCH,
  ])
  const { items } = await json<Items<ConflictView>>('/identity-conflicts')
  expect(items).toMatchObject([
    { kind: 'epoch', lane: null, seq: null, resolvedAt: null },
    { kind: 'hash', lane: 'telemetry', seq: 7 },
  ])
})

test('health names what is wrong in each part, and what to do', async () => {
  const early = await on.point('pump-1', 'meter-1', 'early', 'float')
  await on.write([[early, Date.now() + 86_400_000, 1]])
  await on.pool.query(
    `UPDATE gateway SET last_status_at = now() - interval '1 minute', last_status = $1 WHERE id = $2`,
    [JSON.stringify({ phase: 'alive', agent: '\u0000', outbox: { writable: true } }), gateway],
  )
  const response = await on.get('/api/v1/health')
  const { state, parts } = (await response.json()) as HealthView
  const found = Object.fromEntries(
    parts.map(({ part, findings }) => [part, findings.map(({ code }) => code)] as const),
  )
  expect(response.status).toBe(503)
  expect(state).toBe('red')
  expect(found).toEqual({
    database: [],
    broker: ['broker-unreachable'],
    ingest: [],
    rollups: [],
    gateways: ['gateways-silent'],
    quarantine: ['quarantined', 'identity-conflict', 'untrusted-times'],
  })
  for (const { findings } of parts) for (const { remedy } of findings) expect(remedy).not.toBe('')
})

test('metrics speak the language of Prometheus', async () => {
  const text = await (await on.get('/metrics')).text()
  expect(text).toMatch(/^ganzhi_gateways 1$/m)
  expect(text).toMatch(/^ganzhi_identity_conflicts 2$/m)
  expect(text).toMatch(/^ganzhi_http_request_seconds_count\{route="\/api\/v1\/gaps",status="200"\} 3$/m)
})
