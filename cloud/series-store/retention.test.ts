import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '../database/pool.ts'
import { checkedRetention } from './retention.ts'
import { STORES, TIMESCALE_URL, type TestStore, batchOf, storeOn } from './store-under-test.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-03-10T12:00:00Z')
const RETENTION = { raw: 10, '1m': 12, '15m': 14, '1h': 30, '1d': 100 }

test('a roll-up that would go before what it is made of is refused', () => {
  expect(() => checkedRetention({ ...RETENTION, '15m': 13 })).toThrow(
    /15m must be kept 2 days longer than 1m/,
  )
  expect(checkedRetention(RETENTION)).toBe(RETENTION)
})

describe.each(STORES)('keeping and dropping on $name', ({ backend }) => {
  let dir: string
  let server: Postgres | undefined
  let on: TestStore

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ganzhi-retention-'))
    if (backend === 'postgres')
      server = await startPostgres({ dataDir: join(dir, 'data'), port: await freePort() })
    on = await storeOn(server?.url ?? TIMESCALE_URL ?? '', backend, { retentionDays: RETENTION })
  })

  afterAll(async () => {
    await on?.[Symbol.asyncDispose]()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const count = async (table: string, where = 'true') => {
    const { rows } = await on.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
    )
    return rows[0]?.n
  }

  test('samples go when they are too old, their roll-ups later, and none before', async () => {
    const series = await on.series('gw', 'text')
    const float = await on.series('gw', 'float')
    await on.write(
      [
        batchOf([
          [series, NOW, 'on'],
          [float, NOW, 1],
          [float, 0, 1],
        ]),
      ],
      NOW,
    )
    await on.store.refreshRollups({ now: NOW + 2 * DAY })
    const after = async (days: number) => {
      await on.store.maintain({ now: NOW + days * DAY })
      return Promise.all(
        ['samples', 'sample_body', 'series_untrusted', 'rollup_1m', 'rollup_1d'].map((t) => count(t)),
      )
    }
    expect(await after(10)).toEqual([2, 1, 1, 1, 1])
    expect(await after(12)).toEqual([0, 0, 0, 1, 1])
    // Chunks of a roll-up span ten days.
    expect(await after(26)).toEqual([0, 0, 0, 0, 1])
  })

  test('many processes can write days that no one has written before', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => on.again()))
    const series = await on.series('gw-new-days', 'float')
    const later = NOW + 40 * DAY
    await Promise.all(
      stores.flatMap((store) =>
        [1, 3, 5, 7, 9].map((day) =>
          inTransaction(on.pool, (tx) =>
            store.write(tx, [batchOf([[series, later - day * DAY, day]])], { now: later }),
          ),
        ),
      ),
    )
    expect(await count('samples', `series_id = ${series.id}`)).toBe(20)
  })

  test('dropping waits for no one for ever, and is taken up again', async () => {
    const series = await on.series('gw-held', 'float')
    const later = NOW + 80 * DAY
    await on.write([batchOf([[series, later, 1]])], later)
    await using reader = await on.connection()
    await reader.query('BEGIN')
    await reader.query('SELECT FROM samples')
    let settled = false
    const dropping = on.store
      .maintain({ now: later + 12 * DAY })
      .then(
        () => 'dropped',
        (error: { code?: string }) => error.code,
      )
      .finally(() => {
        settled = true
      })
    const waits = `datname = current_database() AND wait_event_type = 'Lock'`
    await expect.poll(() => count('pg_stat_activity', waits)).toBeGreaterThan(0)
    await on.write([batchOf([[series, later + 11 * DAY, 2]], { seq: 2 })], later + 12 * DAY)
    expect({ writerWaited: settled }).toEqual({ writerWaited: false })
    expect(await dropping).toBe('55P03')
    await reader.query('COMMIT')
    await on.store.maintain({ now: later + 12 * DAY })
    expect(await count('samples', `series_id = ${series.id}`)).toBe(1)
  })

  test('what is late goes into compressed days, and is read and rolled up with them', async ({ skip }) => {
    skip(backend !== 'timescale', 'plain PostgreSQL has no columnstore')
    const later = NOW + 120 * DAY
    const series = await on.series('gw-columns', 'float')
    await on.write([batchOf([[series, later - 3 * DAY, 1]])], later)
    await on.store.refreshRollups({ now: later })
    await on.store.maintain({ now: later })
    const compressed = () =>
      count('timescaledb_information.chunks', `is_compressed AND hypertable_name = 'samples'`)
    expect(await compressed()).toBeGreaterThan(0)
    await on.write([batchOf([[series, later - 3 * DAY + 1, 2]], { seq: 2 })], later)
    await on.store.refreshRollups({ now: later })
    await on.store.maintain({ now: later })
    const span = { from: later - 4 * DAY, to: later, points: 5000 }
    expect((await on.store.range({ seriesId: series.id, ...span })).map(({ value }) => value)).toEqual([1, 2])
    expect(
      await on.store.aggregate({ seriesIds: [series.id], rollup: '1m', ...span, points: 10_000 }),
    ).toMatchObject([{ n: 2, sum: 3 }])
    expect(await count('_timescaledb_catalog.chunk', 'status & 8 <> 0')).toBe(0)
  })

  test('the store can not be opened in another time zone or on another backend', async () => {
    await expect(on.again({ timeZone: 'Europe/Berlin' })).rejects.toMatchObject({
      code: 'other-series-store',
      field: 'timeZone',
    })
    const other = backend === 'postgres' ? 'timescale' : 'postgres'
    await expect(on.again({ backend: other })).rejects.toMatchObject({
      code: 'other-series-store',
      field: 'backend',
    })
    expect((await on.again({ backend: 'auto' })).backend).toBe(backend)
    await expect(on.again({ timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'bad-time-zone' })
  })
})
