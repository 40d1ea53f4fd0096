import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sample } from './series-store.ts'
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
const DAY = 86_400_000
const NOON = Date.parse('2026-03-10T12:00:00Z')
const SCALES = Array.from({ length: 10 }, (_, scale) => scale)
const EDGES = [
  0,
  -0,
  1e298,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  2 ** 53 + 2,
  2 ** 53 / 100,
  0.1 + 0.2,
  1.005,
  -0.004,
]

describe.each(STORES)('values times a power of ten on $name', ({ backend }) => {
  let dir: string
  let server: Postgres | undefined
  let on: TestStore

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ganzhi-scaled-'))
    if (backend === 'postgres')
      server = await startPostgres({ dataDir: join(dir, 'data'), port: await freePort() })
    on = await storeOn(server?.url ?? TIMESCALE_URL ?? '', backend)
    await on.store.maintain({ now: NOON })
  })

  afterAll(async () => {
    await on?.[Symbol.asyncDispose]()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const scaled = (gateway: string, scale: number) => on.series(gateway, 'float', undefined, scale)

  test('come back as they were, whatever they are', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
    const decimal = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(9)).map(([n, d]) => n / 10 ** d)
    const value = fc.oneof(fc.double(), decimal, fc.constantFrom(...EDGES), fc.constant(null))
    const series = await Promise.all(SCALES.map((scale) => scaled('gw-any', scale)))
    // Few times: samples of one time have to keep each its own body.
    const random = fc.sample(fc.tuple(fc.constantFrom(...series), fc.nat(300), value), {
      seed,
      numRuns: 20_000,
    })
    const rows = [
      ...random.map(([one, at, given]): TestRow => [one, NOON + at, given]),
      ...series.flatMap((one) => EDGES.map((edge, i): TestRow => [one, NOON + 301 + i, edge])),
    ]
    await on.write([batchOf(rows), batchOf(rows.map(([one, , given]): TestRow => [one, 0, given]))], NOON)
    const given = valuesByTime(rows.map(([one, at, given]) => [one.id, at, given]))
    const read = async () => {
      const all = await Promise.all(series.map((one) => every(one, NOON, NOON + MINUTE)))
      return valuesByTime(all.flat().map(({ seriesId, at, value }) => [seriesId, at, value]))
    }
    expect({ seed, read: await read() }).toEqual({ seed, read: given })
    await on.store.maintain({ now: NOON + 3 * DAY })
    expect({ seed, read: await read() }).toEqual({ seed, read: given })

    const arrived = { from: NOON, to: NOON + 1 }
    const untrusted = await Array.fromAsync(on.store.exportUntrustedCsv(arrived))
    const exported = untrusted
      .join('')
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[4] ?? '')
    expect({ seed, exported: exported.sort() }).toEqual({
      seed,
      exported: rows.map(([, , value]) => csvOf(value as number | null)).sort(),
    })
  })

  const every = async (series: TestSeries, from: number, to: number): Promise<Sample[]> => {
    const samples: Sample[] = []
    for (let at = from; at < from + 320; at += 10) {
      const span = { from: at, to: Math.min(at + 10, to) }
      samples.push(...(await on.store.range({ seriesId: series.id, ...span, points: 10_000 })))
    }
    return samples
  }

  test('are whole numbers in every table, without a body where they have no more digits than the scale', async () => {
    const series = await scaled('gw-whole', 2)
    const rows = [21.57, -0.07, 1.1, Number.NaN].map((value, i): TestRow => [series, NOON + i, value])
    await on.write([batchOf([...rows, [series, 0, 4.35]])], NOON)
    const stored = async (table: string) =>
      (await on.pool.query(`SELECT value FROM ${table} WHERE series_id = $1`, [series.id])).rows.map(
        ({ value }: { value: number }) => value,
      )
    expect(await stored('samples')).toEqual([2157, -7, 110, Number.NaN])
    expect(await stored('series_untrusted')).toEqual([435])
    expect(await stored('latest')).toEqual([Number.NaN])
    const bodies = await on.pool.query('SELECT FROM sample_body WHERE series_id = $1', [series.id])
    expect(bodies.rowCount).toBe(0)
  })

  test('are plain in latest values, exports and what is untrusted', async () => {
    const series = await scaled('gw-plain', 3)
    const times = [NOON, NOON + 1] as const
    for (const [i, value] of [-12.345, 0.123456789].entries()) {
      const at = times[i] as number
      await on.write(
        [
          batchOf(
            [
              [series, at, value],
              [series, at - 200 * DAY, value],
            ],
            { seq: i },
          ),
        ],
        NOON + i,
      )
      expect(await on.store.latest({ seriesIds: [series.id] })).toMatchObject([{ at, value }])
      const arrived = { from: NOON + i, to: NOON + i + 1 }
      const untrusted = { seriesIds: [series.id], arrived, limit: 2 }
      expect(await on.store.untrusted(untrusted)).toMatchObject([{ value }])
      const csv = await Array.fromAsync(on.store.exportCsv({ seriesIds: [series.id], from: at, to: at + 1 }))
      expect(csv.join('')).toContain(`,${value},good\r\n`)
    }
  })

  test('are plain in roll-ups, whose sums are of whole numbers', async () => {
    const series = await scaled('gw-rolled', 1)
    const rows = [0.1, 0.7, 0.2, -0.3].map((value, i): TestRow => [series, NOON + i, value])
    await on.write([batchOf(rows)], NOON)
    await on.store.refreshRollups({ now: NOON + 2 * DAY })
    for (const rollup of ['1m', '15m', '1h', '1d'] as const) {
      const query = { seriesIds: [series.id], rollup, from: NOON - DAY, to: NOON + DAY, points: 5000 }
      expect(await on.store.aggregate(query)).toMatchObject([
        { n: 4, sum: 0.7, min: -0.3, max: 0.7, first: 0.1, last: -0.3 },
      ])
    }
  })

  test('are plain in curves, from samples, from roll-ups and from the samples after them', async () => {
    const series = await scaled('gw-curve', 2)
    const rows = Array.from({ length: 200 }, (_, i): TestRow => [series, NOON + i, 1.25])
    const spikes = { low: -0.123456, high: 1e308 }
    await on.write(
      [batchOf([...rows, [series, NOON + 50, spikes.low], [series, NOON + 51, spikes.high]])],
      NOON,
    )
    const values = async (from: number, to: number, points: number, by: 'min-max' | 'lttb') => {
      const samples = await on.store.range({ seriesId: series.id, from, to, points, by })
      return new Set(samples.map(({ value }) => value))
    }
    for (const by of ['min-max', 'lttb'] as const)
      expect(await values(NOON, NOON + 200, 40, by)).toEqual(new Set([1.25, spikes.low, spikes.high]))

    const later = NOON + 2 * DAY
    await on.store.refreshRollups({ now: later })
    await on.write([batchOf([[series, later, 7.77]], { seq: 2 })], later)
    // A value that a float8 can't hold times its power is no number to a roll-up.
    const year = await values(NOON - 300 * DAY, NOON + 65 * DAY, 2, 'min-max')
    expect(year).toEqual(new Set([spikes.low, 7.77]))
  })
})

/** Of each series and time, in any order. */
function valuesByTime(rows: readonly (readonly [number, number, unknown])[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [id, at, value] of rows) {
    const key = `${id} ${at}`
    found.set(key, [...(found.get(key) ?? []), csvOf(value as number | null)].sort())
  }
  return found
}

function csvOf(value: number | null): string {
  if (value === null) return ''
  return Object.is(value, -0) ? '-0' : String(value)
}
