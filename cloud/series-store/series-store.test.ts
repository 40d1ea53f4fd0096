import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '../database/pool.ts'
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
/** Noon in Shanghai. */
const NOON = Date.parse('2026-03-10T12:00:00+08:00')

test('is tested on TimescaleDB too where TIMESCALE_URL is set', ({ skip }) => {
  skip(TIMESCALE_URL === undefined, 'TIMESCALE_URL names no server with TimescaleDB')
  expect(STORES.map(({ backend }) => backend)).toContain('timescale')
})

describe.each(STORES)('the series store on $name', ({ backend }) => {
  let dir: string
  let server: Postgres | undefined
  let on: TestStore
  let gauge: TestSeries

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ganzhi-store-'))
    if (backend === 'postgres')
      server = await startPostgres({ dataDir: join(dir, 'data'), port: await freePort() })
    on = await storeOn(server?.url ?? TIMESCALE_URL ?? '', backend)
    await on.store.maintain({ now: NOON })
    gauge = await on.series('gw-first', 'float')
  })

  afterAll(async () => {
    await on?.[Symbol.asyncDispose]()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const every = (series: TestSeries, from: number, to: number) =>
    on.store.range({ seriesId: series.id, from, to, points: 1000 })

  describe('values', () => {
    test('of all types come back as they were', async () => {
      const rows: TestRow[] = [
        [await on.series('gw-values', 'float'), NOON, 21.5],
        [await on.series('gw-values', 'float'), NOON, -0],
        [await on.series('gw-values', 'float'), NOON, Number.NaN],
        [await on.series('gw-values', 'float'), NOON, Number.NEGATIVE_INFINITY],
        [await on.series('gw-values', 'float'), NOON, 5e-324],
        [await on.series('gw-values', 'float'), NOON, null, 'bad-comm'],
        [await on.series('gw-values', 'integer'), NOON, Number.MAX_SAFE_INTEGER],
        [await on.series('gw-values', 'integer'), NOON, 18_446_744_073_709_551_615n],
        [await on.series('gw-values', 'bool'), NOON, false],
        [await on.series('gw-values', 'bool'), NOON, true, 'uncertain'],
        [await on.series('gw-values', 'text'), NOON, ''],
        [await on.series('gw-values', 'text'), NOON, 'Pumpe "2", 泵站\r\n'],
        [await on.series('gw-values', 'json'), NOON, { a: [1, null, '\u0000', true] }],
        [await on.series('gw-values', 'json'), NOON, 5],
        [await on.series('gw-values', 'json'), NOON, true],
        [await on.series('gw-values', 'json'), NOON, null, 'stale'],
      ]
      await on.write([batchOf(rows)], NOON)
      const latest = new Map(
        (await on.store.latest({ seriesIds: rows.map(([{ id }]) => id) })).map((s) => [s.seriesId, s]),
      )
      for (const [series, at, value, quality = 'good'] of rows) {
        const sample = { seriesId: series.id, at, value, quality }
        expect(await every(series, NOON, NOON + 1)).toEqual([sample])
        expect(latest.get(series.id)).toEqual(sample)
      }
    })

    test('of one series at one time are all kept, each with its own body', async () => {
      const counter = await on.series('gw-values', 'integer')
      const big = 2n ** 60n
      await on.write(
        [
          batchOf([
            [counter, NOON, big],
            [counter, NOON, big + 1n],
            [counter, NOON, null, 'bad-comm'],
            [counter, NOON, 7],
          ]),
        ],
        NOON,
      )
      const values = (await every(counter, NOON, NOON + 1)).map(({ value }) => value)
      expect(new Set(values)).toEqual(new Set([7, big, big + 1n, null]))
      expect(values).toHaveLength(4)
    })

    test('are gone with the transaction that wrote them', async () => {
      const series = await on.series('gw-gone', 'float')
      await inTransaction(on.pool, async (tx) => {
        await on.store.write(tx, [batchOf([[series, NOON, 1]])], { now: NOON })
        throw new Error('taken back')
      }).catch(() => undefined)
      expect(await every(series, NOON - DAY, NOON + DAY)).toEqual([])
      expect(await on.store.latest({ gatewayId: series.gatewayId })).toEqual([])
    })

    test('of many batches count once each, and an empty batch counts nothing', async () => {
      const [a, b] = [await on.series('gw-many', 'float'), await on.series('gw-many', 'float')]
      const batches = [
        batchOf([
          [a, NOON, 1],
          [b, NOON, 2],
        ]),
        batchOf([]),
        batchOf(
          [
            [b, NOON + 1, 3],
            [a, NOON + 1, 4],
          ],
          { seq: 2 },
        ),
      ]
      expect(await on.write(batches, NOON)).toEqual({ stored: 4, untrusted: 0 })
      expect((await every(a, NOON, NOON + 2)).map(({ value }) => value)).toEqual([1, 4])
      expect((await every(b, NOON, NOON + 2)).map(({ value }) => value)).toEqual([2, 3])
    })
  })

  describe('latest', () => {
    const latestOf = async (series: TestSeries) =>
      (await on.store.latest({ seriesIds: [series.id] }))[0]?.value

    test('is the newest by time, whatever came last', async () => {
      const series = await on.series('gw-latest', 'float')
      await on.write([batchOf([[series, NOON, 2]], { seq: 2 })], NOON)
      await on.write([batchOf([[series, NOON - 1, 1]], { seq: 3 })], NOON)
      expect(await latestOf(series)).toBe(2)
      await on.write([batchOf([[series, NOON + 1, 3]], { seq: 1 })], NOON)
      expect(await latestOf(series)).toBe(3)
    })

    test.each([
      ['epoch, as signed numbers', { epoch: -5n, seq: 9 }, { epoch: 5n, seq: 1 }],
      ['seq', { epoch: 5n, seq: 1 }, { epoch: 5n, seq: 2 }],
    ])('at equal times goes by %s', async (_, lower, higher) => {
      const low = (s: TestSeries) => batchOf([[s, NOON, 'low']], lower)
      const high = (s: TestSeries) => batchOf([[s, NOON, 'high']], higher)
      const [up, down, one] = [
        await on.series('gw-ties', 'text'),
        await on.series('gw-ties', 'text'),
        await on.series('gw-ties', 'text'),
      ]
      for (const batch of [low(up), high(up), high(down), low(down)]) await on.write([batch], NOON)
      await on.write([high(one), low(one)], NOON)
      expect([await latestOf(up), await latestOf(down), await latestOf(one)]).toEqual([
        'high',
        'high',
        'high',
      ])
    })

    test('at equal times within a batch goes by position', async () => {
      const series = await on.series('gw-ties', 'float')
      await on.write(
        [
          batchOf([
            [series, NOON, 1],
            [series, NOON, 3],
            [series, NOON, 2],
          ]),
        ],
        NOON,
      )
      expect(await latestOf(series)).toBe(2)
    })

    test('is right after many processes have written the same gateways at once', async () => {
      const gateways = await Promise.all(['x', 'y', 'z'].map((name) => on.series(`gw-${name}`, 'integer')))
      const rounds = Array.from({ length: 40 }, (_, i) => i)
      await Promise.all(
        rounds.map((i) => {
          const order = i % 2 === 0 ? gateways : [...gateways].reverse()
          return on.write(
            order.map((series) => batchOf([[series, NOON + ((i * 7) % 40), (i * 7) % 40]], { seq: i })),
            NOON,
          )
        }),
      )
      const latest = await on.store.latest({ seriesIds: gateways.map(({ id }) => id) })
      expect(latest.map(({ value }) => value)).toEqual([39, 39, 39])
    })
  })

  describe('samples whose time can not be true', () => {
    test('are kept apart with their arrival, out of latest values and roll-ups', async () => {
      const series = await on.series('gw-clock', 'float')
      const times = [0, Date.parse('2099-01-01T00:00Z'), NOON + 5 * MINUTE + 1, NOON - 90 * DAY - 1, -8.64e15]
      const written = await on.write(
        [batchOf([...times.map((at): TestRow => [series, at, 1]), [series, NOON, 5]])],
        NOON,
      )
      expect(written).toEqual({ stored: 1, untrusted: 5 })
      expect((await on.store.latest({ seriesIds: [series.id] }))[0]?.value).toBe(5)
      const kept = await on.store.untrusted({
        gatewayId: series.gatewayId,
        arrived: { from: NOON, to: NOON + 1 },
        limit: 10,
      })
      expect(new Set(kept.map(({ at }) => at))).toEqual(new Set(times))
      expect(new Set(kept.map(({ arrivedAt }) => arrivedAt))).toEqual(new Set([NOON]))
    })

    test('a clock that is ahead by five minutes is still believed', async () => {
      const series = await on.series('gw-ahead', 'float')
      expect(await on.write([batchOf([[series, NOON + 5 * MINUTE, 1]])], NOON)).toEqual({
        stored: 1,
        untrusted: 0,
      })
    })

    test('can be exported with their bodies', async () => {
      const series = await on.series('gw-exported', 'text', 'state')
      await on.write([batchOf([[series, 0, 'on']])], NOON + 1)
      const csv = (await Array.fromAsync(on.store.exportUntrustedCsv({ from: NOON + 1, to: NOON + 2 }))).join(
        '',
      )
      expect(csv).toBe(
        'time,device,property,value,quality,arrived\r\n1970-01-01T00:00:00.000Z,"meter, north",state,"on",good,2026-03-10T04:00:00.001Z\r\n',
      )
    })
  })

  describe('a range', () => {
    let long: TestSeries
    const COUNT = 20_000
    const spike = NOON - 7 * HOUR

    beforeAll(async () => {
      long = await on.series('gw-long', 'float')
      const rows = Array.from({ length: COUNT }, (_, i): TestRow => {
        const at = NOON - (COUNT - i) * 2_000
        return [long, at, at === spike ? 1_000 : Math.sin(i / 500)]
      })
      await on.write([batchOf(rows)], NOON)
    })

    test.each(['min-max', 'lttb'] as const)(
      'by %s has no more points than asked for, in order, with the spike',
      async (by) => {
        for (const points of [2, 3, 10, 333, 1000]) {
          const samples = await on.store.range({ seriesId: long.id, from: NOON - DAY, to: NOON, points, by })
          expect(samples.length).toBeLessThanOrEqual(points)
          expect(samples.length).toBeGreaterThan(points / 3)
          expect(samples.map(({ at }) => at)).toEqual(samples.map(({ at }) => at).sort((a, b) => a - b))
          if (points >= 10) expect(samples.find(({ value }) => value === 1_000)?.at).toBe(spike)
        }
      },
    )

    test('shows where there was nothing but bad quality', async () => {
      const series = await on.series('gw-bad', 'float')
      const rows = Array.from({ length: 300 }, (_, i): TestRow =>
        i >= 100 && i < 200 ? [series, NOON + i * 1000, null, 'bad-comm'] : [series, NOON + i * 1000, i],
      )
      await on.write([batchOf(rows)], NOON)
      const samples = await on.store.range({
        seriesId: series.id,
        from: NOON,
        to: NOON + 300_000,
        points: 60,
      })
      const middle = samples.filter(({ at }) => at >= NOON + 110_000 && at < NOON + 190_000)
      expect(middle.length).toBeGreaterThan(0)
      expect(new Set(middle.map(({ quality, value }) => JSON.stringify([quality, value])))).toEqual(
        new Set(['["bad-comm",null]']),
      )
    })

    test('of text has the last of each slot, and bools stay bools', async () => {
      const [text, bool] = [await on.series('gw-slots', 'text'), await on.series('gw-slots', 'bool')]
      const rows = Array.from({ length: 100 }, (_, i): TestRow[] => [
        [text, NOON + i, `v${i}`],
        [bool, NOON + i, i % 2 === 1],
      ])
      await on.write([batchOf(rows.flat())], NOON)
      const span = { from: NOON, to: NOON + 100, points: 10 }
      expect((await on.store.range({ seriesId: text.id, ...span })).map(({ value }) => value)).toEqual(
        Array.from({ length: 10 }, (_, i) => `v${i * 10 + 9}`),
      )
      expect(
        new Set((await on.store.range({ seriesId: bool.id, ...span, by: 'lttb' })).map(({ value }) => value)),
      ).toEqual(new Set([true, false]))
    })

    test('over a long time is read from roll-ups and from what they do not have yet', async () => {
      const series = await on.series('gw-year', 'float')
      const old = NOON - 60 * DAY
      await on.write(
        [
          batchOf([
            [series, old, 1],
            [series, old + 1000, 9],
            [series, old + 2000, 5],
          ]),
        ],
        NOON,
      )
      await on.store.refreshRollups({ now: NOON })
      await on.write([batchOf([[series, NOON - 1, 7]], { seq: 2 })], NOON)
      const samples = await on.store.range({
        seriesId: series.id,
        from: NOON - 80 * DAY,
        to: NOON,
        points: 3,
      })
      expect(samples.map(({ value }) => value)).toEqual([1, 9])
      const finer = await on.store.range({ seriesId: series.id, from: NOON - 80 * DAY, to: NOON, points: 4 })
      expect(finer.map(({ value }) => value)).toEqual([1, 9, 5, 7].slice(0, finer.length))
    })

    test('is refused when it asks for one point, for a million, or backwards', async () => {
      const query = { seriesId: gauge.id, from: NOON, to: NOON + 1, points: 10 }
      await expect(on.store.range({ ...query, points: 1 })).rejects.toMatchObject({
        code: 'bad-query',
        field: 'points',
      })
      await expect(on.store.range({ ...query, points: 1e6 })).rejects.toMatchObject({ code: 'bad-query' })
      await expect(on.store.range({ ...query, to: NOON - 1 })).rejects.toMatchObject({
        code: 'bad-query',
        field: 'from',
      })
      await expect(on.store.range({ ...query, seriesId: 2 ** 30 })).rejects.toMatchObject({
        code: 'no-series',
      })
    })

    test('is cancelled on the server when its signal aborts, and the pool goes on', async () => {
      const abort = new AbortController()
      await using blocker = await lockedTable('samples')
      const asked = on.store.range(
        { seriesId: long.id, from: 0, to: NOON, points: 10 },
        { signal: abort.signal },
      )
      await expect.poll(() => blocker.waiting()).toBe(1)
      abort.abort(new Error('the reader left'))
      await expect(asked).rejects.toThrow('the reader left')
      await expect.poll(() => blocker.waiting()).toBe(0)
    })
  })

  describe('an export', () => {
    test('is RFC 4180 in RFC 3339 times, and tells an empty text from none', async () => {
      const [a, b] = [await on.series('gw-csv', 'float', 'a'), await on.series('gw-csv', 'text', 'b')]
      await on.write(
        [
          batchOf([
            [a, NOON, 1.5],
            [a, NOON + 1, -0],
            [a, NOON + 2, Number.NaN],
            [a, NOON + 3, null, 'stale'],
            [b, NOON, 'a "b",\r\nc'],
            [b, NOON + 1, ''],
          ]),
        ],
        NOON,
      )
      const csv = (
        await Array.fromAsync(on.store.exportCsv({ seriesIds: [b.id, a.id], from: NOON, to: NOON + 10 }))
      ).join('')
      const at = (ms: number) => new Date(NOON + ms).toISOString()
      expect(csv).toBe(
        [
          'time,device,property,value,quality',
          `${at(0)},"meter, north",a,1.5,good`,
          `${at(1)},"meter, north",a,-0,good`,
          `${at(2)},"meter, north",a,NaN,good`,
          `${at(3)},"meter, north",a,,stale`,
          `${at(0)},"meter, north",b,"a ""b"",\r\nc",good`,
          `${at(1)},"meter, north",b,"",good`,
          '',
        ].join('\r\n'),
      )
    })

    test('whose reader leaves early gives its connection back', async () => {
      for (let i = 0; i < 20; i++) {
        for await (const piece of on.store.exportCsv({ seriesIds: [gauge.id], from: 0, to: NOON })) {
          expect(piece).toContain('time')
          break
        }
      }
      expect(on.pool.idleCount).toBe(on.pool.totalCount)
    })
  })

  /** Holds everyone else off a table. */
  async function lockedTable(table: string) {
    const client = await on.pool.connect()
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
    return {
      async waiting() {
        // Not by `client`: within a transaction the list of activity stays what it was at the first look.
        const { rows } = await on.pool.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
        return rows[0]?.n
      },
      async [Symbol.asyncDispose]() {
        await client.query('ROLLBACK')
        client.release()
      },
    }
  }
})
