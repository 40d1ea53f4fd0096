import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import type { Pool } from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { inTransaction, openPool, withClient } from '../database/pool.ts'
import { completenessOfDays } from './completeness.ts'
import { foldLedger } from './fold.ts'
import { cutFromGaps, nameGap } from './gaps.ts'
import { enter } from './ledger.ts'
import { turnLedgerDay } from './ledger-day.ts'
import { openLedgerGateway, setLedgerDay } from './ledger-rig.ts'
import { readProgress } from './progress.ts'

const log = pino({ level: 'silent' })
const ZONE = 'Asia/Shanghai'
let dir: string
let postgres: Postgres
let pool: Pool

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-ledger-'))
  postgres = await startPostgres({ dataDir: dir, port: await freePort() })
  pool = openPool({ url: postgres.url, role: 'test', log })
  await migrate(pool, { log })
})
afterAll(async () => {
  await pool?.end()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

const at = (time: string): number => Date.parse(time)

describe('a key', () => {
  it('is entered once, within a batch, a day, and over days', async () => {
    const { entry, enter } = await openLedgerGateway(pool)
    const again = entry(1)
    expect(await enter('2026-01-01', [entry(2), again, again])).toEqual(['entered', 'entered', 'known'])
    expect(await enter('2026-01-01', [entry(1), entry(3)])).toEqual(['known', 'entered'])
    expect(await enter('2026-01-02', [entry(1), entry(2), entry(4)])).toEqual(['known', 'known', 'entered'])
  })

  it('with another body is a conflict, and changes nothing', async () => {
    const { id, entry, enter } = await openLedgerGateway(pool)
    await enter('2026-01-03', [entry(1)])
    const other = entry(1, { body: 'other' })
    expect(await enter('2026-01-03', [other])).toEqual(['conflict'])
    expect(await enter('2026-01-04', [other, entry(1)])).toEqual(['conflict', 'known'])
    const twice = [entry(2), entry(2, { body: 'other' })]
    expect(await enter('2026-01-04', twice)).toEqual(['entered', 'conflict'])
    const { rows } = await pool.query('SELECT seq, bytes FROM ledger WHERE gateway_id = $1 ORDER BY seq', [
      id,
    ])
    expect(rows).toEqual([1, 2].map((seq) => ({ seq: String(seq), bytes: Buffer.from(`record ${seq}`) })))
  })

  it('that another transaction is entering is waited for, and known when that has committed', async () => {
    const { entry } = await openLedgerGateway(pool)
    await setLedgerDay(pool, '2026-01-05')
    const [first, second] = [await pool.connect(), await pool.connect()]
    await Promise.all([first.query('BEGIN'), second.query('BEGIN')])
    expect(await enter(first, '2026-01-05', [entry(1)])).toEqual(['entered'])
    const waiting = enter(second, '2026-01-05', [entry(1), entry(2)])
    await expect
      .poll(async () => {
        const { rows } = await pool.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)
        return rows.length
      })
      .toBe(1)
    await first.query('COMMIT')
    expect(await waiting).toEqual(['known', 'entered'])
    await second.query('COMMIT')
    first.release()
    second.release()
  })

  it('keeps times that PostgreSQL has no calendar for', async () => {
    const { entry, enter } = await openLedgerGateway(pool)
    expect(await enter('2026-01-05', [entry(1, { at: -8.64e15 }), entry(2, { at: 8.64e15 })])).toEqual([
      'entered',
      'entered',
    ])
  })
})

describe('progress', () => {
  const progressOf = async (name: string, epoch: string) => {
    const [found] = await readProgress(pool, [{ gateway: name, lane: 'telemetry', epoch }])
    return found && { contiguous: found.contiguous, holes: found.holes, top: found.top }
  }

  it('counts what is stored or named as missing, and tells the lowest holes', async () => {
    const { id, name, epoch, entry, enter } = await openLedgerGateway(pool)
    expect(await progressOf(name, epoch)).toBeUndefined()
    await enter(
      '2026-02-01',
      [1, 2, 5, 6, 9].map((seq) => entry(seq)),
    )
    expect(await progressOf(name, epoch)).toEqual({
      contiguous: 2,
      holes: [
        [3, 4],
        [7, 8],
      ],
      top: 9,
    })
    const gap = { lane: 'telemetry', epoch, firstSeq: 3, lastSeq: 4, reason: 'evicted-full', at: 0 } as const
    await inTransaction(pool, (tx) => nameGap(tx, id, gap, 'edge'))
    expect(await progressOf(name, epoch)).toEqual({ contiguous: 6, holes: [[7, 8]], top: 9 })
    await enter('2026-02-02', [entry(8), entry(7)])
    expect(await progressOf(name, epoch)).toEqual({ contiguous: 9, holes: [], top: 9 })
  })

  it('names nothing that another transaction is just entering', async () => {
    const { id, name, epoch, entry } = await openLedgerGateway(pool)
    await setLedgerDay(pool, '2026-02-03')
    const gap = { lane: 'telemetry', epoch, firstSeq: 1, lastSeq: 3, reason: 'evicted-full', at: 0 } as const
    const entered = Promise.withResolvers<void>()
    const entering = inTransaction(pool, async (tx) => {
      await enter(tx, '2026-02-03', [entry(2)])
      await cutFromGaps(tx, [entry(2)])
      entered.resolve()
      // Until the other one waits for us, or has come through.
      const waits = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`
      const named = 'SELECT FROM gap WHERE gateway_id = $1'
      await vi.waitUntil(
        async () => (await pool.query(waits)).rowCount || (await pool.query(named, [id])).rowCount,
      )
    })
    await entered.promise
    await Promise.all([entering, inTransaction(pool, (tx) => nameGap(tx, id, gap, 'edge'))])
    const { rows } = await pool.query(
      'SELECT first_seq::int, last_seq::int FROM gap WHERE gateway_id = $1 ORDER BY 1',
      [id],
    )
    expect({ name, rows }).toEqual({
      name,
      rows: [
        { first_seq: 1, last_seq: 1 },
        { first_seq: 3, last_seq: 3 },
      ],
    })
  })

  it('tells 64 holes at most, and a top that they reach up to', async () => {
    const { name, epoch, entry, enter } = await openLedgerGateway(pool)
    await enter(
      '2026-02-02',
      Array.from({ length: 100 }, (_, i) => entry(2 * i + 2)),
    )
    const told = await progressOf(name, epoch)
    expect(told?.contiguous).toBe(0)
    expect(told?.holes).toHaveLength(64)
    expect(told?.holes.at(-1)).toEqual([127, 127])
    expect(told?.top).toBe(128)
  })

  it('leaves out a key that came with two bodies, until that is resolved', async () => {
    const { id, name, epoch, entry, enter } = await openLedgerGateway(pool)
    await enter('2026-02-02', [entry(1), entry(2), entry(3)])
    await pool.query(
      `INSERT INTO identity_conflict (gateway_id, kind, epoch, lane, seq)
       SELECT gateway_id, 'hash', epoch, lane, 2 FROM lane_progress WHERE gateway_id = $1`,
      [id],
    )
    expect(await progressOf(name, epoch)).toEqual({ contiguous: 1, holes: [[2, 2]], top: 3 })
    await pool.query('UPDATE identity_conflict SET resolved_at = now() WHERE gateway_id = $1', [id])
    expect(await progressOf(name, epoch)).toEqual({ contiguous: 3, holes: [], top: 3 })
  })
})

describe('a gap', () => {
  it('never names what is there, and nothing twice; what comes after all is cut out', async () => {
    const { id, epoch, entry, enter } = await openLedgerGateway(pool)
    await enter('2026-03-01', [entry(4), entry(5)])
    const name = (firstSeq: number, lastSeq: number) =>
      inTransaction(pool, (tx) =>
        nameGap(tx, id, { lane: 'telemetry', epoch, firstSeq, lastSeq, reason: 'rotten', at: 0 }, 'edge'),
      )
    expect(await name(2, 8)).toBe(true)
    expect(await name(2, 8)).toBe(false)
    await name(7, 10)
    const gaps = async () => {
      const { rows } = await pool.query(
        'SELECT first_seq::int, last_seq::int FROM gap WHERE gateway_id = $1 ORDER BY first_seq',
        [id],
      )
      return rows.map(({ first_seq, last_seq }) => [first_seq, last_seq])
    }
    expect(await gaps()).toEqual([
      [2, 3],
      [6, 8],
      [9, 10],
    ])
    await inTransaction(pool, (tx) => cutFromGaps(tx, [entry(7), entry(2), entry(3)]))
    expect(await gaps()).toEqual([
      [6, 6],
      [8, 8],
      [9, 10],
    ])
  })
})

describe('folding', () => {
  it('keeps keys known, progress and completeness as they were, and drops the bytes', async () => {
    const { id, name, epoch, entry, enter } = await openLedgerGateway(pool)
    const midnight = at('2026-04-01T16:00:00Z')
    const records = [1, 2, 3, 5].map((seq) => entry(seq, { at: midnight + (seq - 3) * 1000 }))
    await enter('2026-04-01', records.slice(0, 2))
    await enter('2026-04-02', records.slice(2))
    const state = async () => ({
      progress: await readProgress(pool, [{ gateway: name, lane: 'telemetry', epoch }]),
      first: await completenessOfDays(pool, {
        gateway: name,
        from: '2026-04-01',
        to: '2026-04-01',
        zone: ZONE,
      }),
      second: await completenessOfDays(pool, {
        gateway: name,
        from: '2026-04-02',
        to: '2026-04-02',
        zone: ZONE,
      }),
    })
    const before = await state()
    expect(before.first).toMatchObject([{ first: 1, last: 2, stored: 2, expected: 2, missing: [] }])
    expect(before.second).toMatchObject([
      { first: 3, last: 5, stored: 2, expected: 3, missing: [{ first: 4, last: 4, count: 1, reasons: [] }] },
    ])
    const both = await completenessOfDays(pool, {
      gateway: name,
      from: '2026-04-01',
      to: '2026-04-02',
      zone: ZONE,
    })
    expect(both).toEqual([...before.first, ...before.second])
    expect(before.first[0]?.hash).toBe(foldedHash(records.slice(0, 2).map(({ body }) => body)))

    await setLedgerDay(pool, '2026-04-09')
    const days = ['2026-04-01', '2026-04-02']
    expect((await foldLedger(pool, { zone: ZONE, log })).filter((day) => days.includes(day))).toEqual(days)
    const { rows } = await pool.query('SELECT 1 FROM ledger WHERE gateway_id = $1', [id])
    expect(rows).toEqual([])
    expect(await state()).toEqual(before)
    expect(await enter('2026-04-09', [entry(3), entry(5), entry(4)])).toEqual(['known', 'known', 'entered'])
    expect((await readProgress(pool, [{ gateway: name, lane: 'telemetry', epoch }]))[0]?.contiguous).toBe(5)
  })

  it('merges what comes later for the same day', async () => {
    const { name, id, entry, enter } = await openLedgerGateway(pool)
    const noon = at('2026-05-01T04:00:00Z')
    await enter('2026-05-01', [entry(1, { at: noon }), entry(3, { at: noon })])
    await setLedgerDay(pool, '2026-05-09')
    await foldLedger(pool, { zone: ZONE, log })
    await enter('2026-05-09', [entry(2, { at: noon })])
    const before = await completenessOfDays(pool, {
      gateway: name,
      from: '2026-05-01',
      to: '2026-05-01',
      zone: ZONE,
    })
    await setLedgerDay(pool, '2026-05-20')
    await foldLedger(pool, { zone: ZONE, log })
    const { rows } = await pool.query('SELECT n, ranges FROM ledger_fold WHERE gateway_id = $1', [id])
    expect(rows).toEqual([{ n: 3, ranges: null }])
    expect(
      await completenessOfDays(pool, { gateway: name, from: '2026-05-01', to: '2026-05-01', zone: ZONE }),
    ).toEqual(before)
    expect(before).toMatchObject([{ stored: 3, expected: 3 }])
  })

  it('costs at most 100 bytes a gateway, lane and day, index included', async () => {
    await pool.query(`TRUNCATE ledger_fold`)
    await pool.query(
      `INSERT INTO ledger_fold (gateway_id, lane, epoch, day, first_seq, n, hash)
       SELECT g, l, (random() * 1e18)::int8, d::date, 1, 86400, gen_random_uuid()
       FROM generate_series('2026-01-01'::date, '2026-03-31', '1 day') d, generate_series(1, 200) g, generate_series(0, 2) l`,
    )
    const { rows } = await pool.query<{ each: number }>(
      `SELECT (pg_relation_size('ledger_fold') + pg_indexes_size('ledger_fold'))::float8 / count(*) AS each FROM ledger_fold`,
    )
    await pool.query(`TRUNCATE ledger_fold`)
    expect(rows[0]?.each).toBeLessThanOrEqual(100)
  })
})

it('missing records at the end count for the last day, with the reasons that are known', async () => {
  const { id, name, epoch, entry, enter } = await openLedgerGateway(pool)
  await enter('2026-06-01', [
    entry(1, { at: at('2026-06-01T04:00:00Z') }),
    entry(2, { at: at('2026-06-02T04:00:00Z') }),
  ])
  await pool.query('UPDATE lane_progress SET head = 9 WHERE gateway_id = $1', [id])
  const gap = { lane: 'telemetry', epoch, firstSeq: 4, lastSeq: 6, reason: 'tail-lost', at: 0 } as const
  await inTransaction(pool, (tx) => nameGap(tx, id, gap, 'cloud'))
  const [lane] = await completenessOfDays(pool, {
    gateway: name,
    from: '2026-06-02',
    to: '2026-06-02',
    zone: ZONE,
  })
  expect(lane).toMatchObject({
    stored: 1,
    expected: 8,
    missing: [
      { first: 3, last: 3, count: 1, reasons: [] },
      { first: 4, last: 6, count: 3, reasons: ['tail-lost'] },
      { first: 7, last: 9, count: 3, reasons: [] },
    ],
  })
})

it('a lane that has accepted nothing yet is no day at all', async () => {
  const { id, name, entry, enter } = await openLedgerGateway(pool)
  await enter('2026-06-01', [entry(1)])
  await pool.query('INSERT INTO lane_progress (gateway_id, lane, epoch) VALUES ($1, 0, 1)', [id])
  const lanes = await completenessOfDays(pool, {
    gateway: name,
    from: '2000-01-01',
    to: '2100-01-01',
    zone: ZONE,
  })
  expect(lanes).toHaveLength(1)
})

it('the ledger day turns to today once, and never back', async () => {
  const turn = () => withClient(pool, (client) => turnLedgerDay(client, 1_000))
  await pool.query(`UPDATE ledger_day SET day = '2026-01-01'`)
  await Promise.all([turn(), turn()])
  const day = async () => (await pool.query<{ day: string }>('SELECT day::text FROM ledger_day')).rows[0]?.day
  expect(await day()).toBe(new Date().toISOString().slice(0, 10))
  await pool.query(`UPDATE ledger_day SET day = '2999-01-01'`)
  await turn()
  expect(await day()).toBe('2999-01-01')
})

/** As a third party would compute it. */
function foldedHash(bodies: readonly Uint8Array[]): string {
  const folded = Buffer.alloc(16)
  for (const body of bodies) {
    const sha256 = createHash('sha256').update(body).digest()
    for (let i = 0; i < 16; i++) folded[i]! ^= sha256[i]! ^ sha256[i + 16]!
  }
  return folded.toString('hex')
}
