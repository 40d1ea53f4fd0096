import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLLUPS, type Rollup } from './series-store.ts'
import {
  STORES,
  TIMESCALE_URL,
  type TestRow,
  type TestSeries,
  type TestStore,
  batchOf,
  storeOn,
} from './store-under-test.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Midnight in Kathmandu, whose days start at a quarter past the hour in UTC. */
const MIDNIGHT = Date.parse('2026-03-10T00:00:00+05:45')
const ZONE = 'Asia/Kathmandu'

describe.each(STORES)('roll-ups on $name', ({ backend }) => {
  let dir: string
  let server: Postgres | undefined
  let on: TestStore

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ganzhi-rollups-'))
    if (backend === 'postgres')
      server = await startPostgres({ dataDir: join(dir, 'data'), port: await freePort() })
    on = await storeOn(server?.url ?? TIMESCALE_URL ?? '', backend, { timeZone: ZONE })
    await on.store.maintain({ now: MIDNIGHT })
  })

  afterAll(async () => {
    await on?.[Symbol.asyncDispose]()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const rolledUp = (series: TestSeries, rollup: Rollup) =>
    on.store.aggregate({
      seriesIds: [series.id],
      rollup,
      from: MIDNIGHT - 2 * DAY,
      to: MIDNIGHT + 2 * DAY,
      points: 10_000,
    })

  test('hold count, sum, extremes, first and last of good finite values, in every width', async () => {
    const series = await on.series('gw-widths', 'float')
    const rows: TestRow[] = [
      [series, MIDNIGHT, 4],
      [series, MIDNIGHT + 1, 8, 'uncertain'],
      [series, MIDNIGHT + 2, null, 'bad-comm'],
      [series, MIDNIGHT + 3, Number.NaN],
      [series, MIDNIGHT + 4, Number.POSITIVE_INFINITY],
      [series, MIDNIGHT + 5, -2],
      [series, MIDNIGHT + 6, 1],
      [series, MIDNIGHT - 1, 100],
    ]
    await on.write([batchOf(rows)], MIDNIGHT)
    await on.store.refreshRollups({ now: MIDNIGHT + DAY })
    const before = { seriesId: series.id, n: 1, nBad: 0, sum: 100, min: 100, max: 100, first: 100, last: 100 }
    const after = { seriesId: series.id, n: 3, nBad: 4, sum: 3, min: -2, max: 4, first: 4, last: 1 }
    const widths = { '1m': MINUTE, '15m': 15 * MINUTE, '1d': DAY } as const
    for (const rollup of ['1m', '15m', '1d'] as const) {
      expect(await rolledUp(series, rollup)).toEqual([
        { ...before, at: MIDNIGHT - widths[rollup] },
        { ...after, at: MIDNIGHT },
      ])
    }
    // Hours are the clock's, and midnight lies within one.
    const both = { n: 4, nBad: 4, sum: 103, min: -2, max: 100, first: 100, last: 1 }
    expect(await rolledUp(series, '1h')).toMatchObject([both])
  })

  test('of values near the end of the float range do not stop the roll-up', async () => {
    const series = await on.series('gw-huge', 'float')
    await on.write(
      [
        batchOf([
          [series, MIDNIGHT, 1.7e308],
          [series, MIDNIGHT + 1, 1.7e308],
          [series, MIDNIGHT + 2, 1],
        ]),
      ],
      MIDNIGHT,
    )
    await on.store.refreshRollups({ now: MIDNIGHT + DAY })
    expect(await rolledUp(series, '1m')).toMatchObject([{ n: 1, nBad: 2, sum: 1 }])
  })

  test('of text count what was bad and nothing else', async () => {
    const series = await on.series('gw-text', 'text')
    await on.write(
      [
        batchOf([
          [series, MIDNIGHT, 'on'],
          [series, MIDNIGHT + 1, null, 'stale'],
        ]),
      ],
      MIDNIGHT,
    )
    await on.store.refreshRollups({ now: MIDNIGHT + DAY })
    expect(await rolledUp(series, '1m')).toMatchObject([{ n: 0, nBad: 1, sum: null, first: null }])
  })

  test('are made when a bucket is over, and again when something late comes', async () => {
    const series = await on.series('gw-late', 'float')
    await on.write([batchOf([[series, MIDNIGHT, 1]])], MIDNIGHT)
    await on.store.refreshRollups({ now: MIDNIGHT + MINUTE - 1 })
    expect(await rolledUp(series, '1m')).toEqual([])
    expect(await on.store.backlog()).toMatchObject({ marks: 1, oldest: MIDNIGHT })
    await on.store.refreshRollups({ now: MIDNIGHT + MINUTE })
    expect(await rolledUp(series, '1m')).toMatchObject([{ n: 1 }])
    expect(await rolledUp(series, '15m')).toEqual([])
    expect(await on.store.backlog()).toEqual({ marks: 0, oldest: null })
    await on.store.refreshRollups({ now: MIDNIGHT + DAY })
    await on.write([batchOf([[series, MIDNIGHT + 1, 2]], { seq: 2 })], MIDNIGHT + DAY)
    await on.store.refreshRollups({ now: MIDNIGHT + DAY })
    for (const rollup of ROLLUPS)
      expect(await rolledUp(series, rollup)).toMatchObject([{ n: 2, sum: 3, last: 2 }])
  })

  test('see a writer that was under way while they were made', async () => {
    const series = await on.series('gw-open', 'float')
    await on.write([batchOf([[series, MIDNIGHT, 1]])], MIDNIGHT)
    await using writer = await on.connection()
    await writer.query('BEGIN')
    await on.store.write(writer, [batchOf([[series, MIDNIGHT + 1, 2]])], { now: MIDNIGHT })
    await on.store.refreshRollups({ now: MIDNIGHT + DAY })
    expect(await rolledUp(series, '1d')).toMatchObject([{ n: 1 }])
    await writer.query('COMMIT')
    await on.store.refreshRollups({ now: MIDNIGHT + DAY })
    expect(await rolledUp(series, '1d')).toMatchObject([{ n: 2, sum: 3 }])
  })

  test('are made by one process at a time, and by the next when that one is gone', async () => {
    {
      await using holder = await on.connection()
      await holder.query('SELECT pg_advisory_lock($1)', [0x67_7a_00_03])
      expect(await on.store.refreshRollups({ now: MIDNIGHT })).toBe(false)
    }
    await expect.poll(() => on.store.refreshRollups({ now: MIDNIGHT })).toBe(true)
  })

  test('equal a recomputation from the samples after concurrent late writes and refreshes', async () => {
    const other = await on.again()
    const series = await Promise.all(
      Array.from({ length: 6 }, (_, i) => on.series(`gw-storm-${i % 3}`, 'float')),
    )
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
    const [rounds] = fc.sample(
      fc.array(
        fc.array(fc.tuple(fc.nat(5), fc.nat(2 * 1440), fc.integer({ min: -8e6, max: 8e6 }), fc.nat(9)), {
          minLength: 1,
          maxLength: 30,
        }),
        {
          minLength: 120,
          maxLength: 120,
        },
      ),
      { seed, numRuns: 1 },
    )
    // No two samples at one time: which of them is the first would be anyone's guess.
    let tick = 0
    const batchesOf = (round: readonly (readonly [number, number, number, number])[], seq: number) =>
      [0, 1, 2].map((gateway) =>
        batchOf(
          round
            .filter(([which]) => which % 3 === gateway)
            .map(([which, minute, eighths, quality]): TestRow => [
              series[which]!,
              MIDNIGHT - 2 * DAY + minute * MINUTE + (tick++ % MINUTE),
              eighths / 8,
              quality === 0 ? 'bad-comm' : 'good',
            ]),
          { seq },
        ),
      )
    const written = new AbortController()
    const refreshing = [on.store, other].map(async (store) => {
      while (!written.signal.aborted) await store.refreshRollups({ now: MIDNIGHT + DAY })
    })
    const queue = (rounds ?? []).map((round, seq) => batchesOf(round, seq))
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let batches = queue.pop(); batches; batches = queue.pop()) await on.write(batches, MIDNIGHT)
      }),
    )
    written.abort()
    await Promise.all(refreshing)
    await on.store.refreshRollups({ now: MIDNIGHT + 2 * DAY })

    expect((await on.store.backlog()).marks).toBe(0)
    for (const rollup of ROLLUPS)
      expect({ seed, rollup, rows: await difference(rollup) }).toEqual({ seed, rollup, rows: [] })
  })

  /** Rows that only the roll-up or only the recomputation has. */
  async function difference(rollup: Rollup): Promise<unknown[]> {
    const bucket = {
      '1m': `date_trunc('minute', ts)`,
      '15m': `date_bin('15 minutes', ts, '2000-01-01 00:00Z')`,
      '1h': `date_trunc('hour', ts, 'UTC')`,
      '1d': `date_trunc('day', ts, '${ZONE}')`,
    }[rollup]
    const good = `FILTER (WHERE quality = 0 AND abs(value) <= 1e300)`
    const columns = 'series_id, bucket, n::int, n_bad::int, sum, min, max, first, last'
    const { rows } = await on.pool.query(
      `WITH recomputed AS (
         SELECT series_id, ${bucket} AS bucket, count(*) ${good} AS n,
                count(*) FILTER (WHERE quality <> 0 OR value = 'NaN' OR abs(value) > 1e300) AS n_bad,
                sum(value) ${good} AS sum, min(value) ${good} AS min, max(value) ${good} AS max,
                (array_agg(value ORDER BY ts) ${good})[1] AS first, (array_agg(value ORDER BY ts DESC) ${good})[1] AS last
           FROM samples GROUP BY 1, 2
       ), theirs AS (SELECT ${columns} FROM recomputed), ours AS (SELECT ${columns} FROM rollup_${rollup})
       (SELECT 'not rolled up' AS what, * FROM (TABLE theirs EXCEPT TABLE ours) AS a)
       UNION ALL (SELECT 'rolled up wrongly', * FROM (TABLE ours EXCEPT TABLE theirs) AS b) LIMIT 5`,
    )
    return rows
  }
})
