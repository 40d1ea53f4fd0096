import type { ValueType } from '@ganzhi/contracts/reading'
import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../database/pool.ts'
import { largestTriangles } from './lttb.ts'
import { badQuery, checkPoints, checkSpan } from './query-bounds.ts'
import { ROLLUP_LEVELS } from './rollup-level.ts'
import { type Abortable, ROLLUPS, type RangeQuery, type Sample } from './series-store.ts'
import {
  type SampleRow,
  STORED_SERIES,
  type StoredSeries,
  plainValue,
  qualityOf,
  sampleOf,
  samplesWithBody,
} from './stored-value.ts'

/** LTTB chooses among the extremes of so many times the points (MinMaxLTTB): memory then depends on points, not on rows. */
const CANDIDATES = 4
/** A roll-up stands in for samples where its buckets are so much narrower than what one point stands for. */
const FINER = 4

export async function readRange(
  pool: Pool,
  query: RangeQuery,
  { signal }: Abortable = {},
): Promise<Sample[]> {
  checkSpan(query)
  checkPoints(query.points)
  return inTransaction(
    pool,
    async (client) => {
      const series = await storedSeries(client, query)
      const { type } = series
      const all = await fewSamples(client, query, series)
      if (all) return all
      if (type === 'text' || type === 'json') return lastOfEachSlot(client, query, series)
      if (query.by !== 'lttb' || type === 'bool') return extremes(client, query, query.points, series)
      const candidates = await extremes(client, query, query.points * CANDIDATES, series)
      const drawable = candidates.filter(isDrawable)
      return largestTriangles(drawable, query.points)
    },
    // One snapshot for all: a first body must not come after the look whether there is one.
    { isolation: 'repeatable read', ...(signal && { signal }) },
  )
}

async function storedSeries(client: PoolClient, query: RangeQuery): Promise<StoredSeries> {
  const { rows } = await client.query<StoredSeries>(
    `SELECT ${STORED_SERIES} FROM series WHERE id = $1`,
    bounds(query),
  )
  if (rows[0]) return rows[0]
  throw badQuery(
    'seriesId',
    `there is no series ${query.seriesId}`,
    'List the series of the device.',
    'no-series',
  )
}

function isDrawable(sample: Sample): sample is Sample & { value: number } {
  return typeof sample.value === 'number' && Number.isFinite(sample.value)
}

function bounds({ seriesId, from, to }: RangeQuery): [number, Date, Date] {
  return [seriesId, new Date(from), new Date(to)]
}

/** All of them as they are, where they are no more than asked for. */
async function fewSamples(
  client: PoolClient,
  query: RangeQuery,
  series: StoredSeries,
): Promise<Sample[] | undefined> {
  const { type } = series
  const { rows } = await client.query<Omit<SampleRow, 'series_id' | 'type'>>(
    `SELECT ts, value, quality, body FROM ${samplesWithBody(series)} ORDER BY ts LIMIT $4`,
    [...bounds(query), query.points + 1],
  )
  // None at all: they may be past their retention, and live on in roll-ups.
  if (rows.length > query.points || (rows.length === 0 && type === 'float')) return undefined
  return rows.map((row) => sampleOf({ ...row, series_id: query.seriesId, type }))
}

interface SlotRow {
  /** value, ms, quality */
  readonly low: readonly [number, number, number] | null
  /** value, −ms (of equal values the first), quality */
  readonly high: readonly [number, number, number] | null
  /** ms, quality: what stands for a slot without any number in it */
  readonly bad: readonly [number, number] | null
}

const IS_NUMBER = `(low > '-Infinity' AND high < 'Infinity')`
/** The float8 of a row that has a body is only near. */
const EXACT = 'coalesce(body::float8, value)'
const MS = (time: string) => `date_part('epoch', ${time}) * 1000`

/** Lowest and highest of half as many slots of equal length. One pass, no sort, and one row a slot leaves the server. */
async function extremes(
  client: PoolClient,
  query: RangeQuery,
  points: number,
  series: StoredSeries,
): Promise<Sample[]> {
  const slots = Math.floor(points / 2)
  const width = Math.max((query.to - query.from) / slots, 1)
  for (const source of sourcesFor(width, series)) {
    const { rows } = await client.query<SlotRow>(
      `SELECT min(ARRAY[low, t, quality]) FILTER (WHERE ${IS_NUMBER}) AS low,
              max(ARRAY[high, -t, quality]) FILTER (WHERE ${IS_NUMBER}) AS high,
              min(ARRAY[t, quality]) FILTER (WHERE ${IS_NUMBER} IS NOT TRUE) AS bad
         FROM (${source}) AS s
        GROUP BY least(floor((t - $4) / $5), $6) ORDER BY least(floor((t - $4) / $5), $6)`,
      [...bounds(query), query.from, width, slots - 1],
    )
    if (rows.length > 0) return rows.flatMap((row) => pointsOf(row, query.seriesId, series.type))
  }
  return []
}

/** What to read from, best first: the next is tried where nothing is left of the one before. */
function sourcesFor(slotMs: number, series: StoredSeries): string[] {
  const samples = (from: string) =>
    `SELECT ${MS('ts')} AS t, ${EXACT} AS low, ${EXACT} AS high, quality FROM ${samplesWithBody(series, from)}`
  const plain = (stored: string) => plainValue(stored, series.scale)
  const levels = ROLLUPS.map((rollup) => ROLLUP_LEVELS[rollup])
  const fine = levels.findLastIndex(({ widthMs }) => widthMs * FINER <= slotMs)
  const rolledUp = levels.slice(Math.max(fine, 0)).map(
    ({ table, widthMs }) => `
      SELECT ${MS('bucket')} AS t, ${plain('min')} AS low, ${plain('max')} AS high, CASE WHEN n > 0 THEN 0 ELSE 1 END AS quality
        FROM ${table} WHERE series_id = $1 AND bucket >= $2 AND bucket < $3 AND n + n_bad > 0
      UNION ALL ${samples(
        `greatest($2, (SELECT max(bucket) + interval '${widthMs} ms' FROM ${table} WHERE series_id = $1))`,
      )}`,
  )
  return fine >= 0 ? rolledUp : [samples('$2'), ...rolledUp]
}

function pointsOf({ low, high, bad }: SlotRow, seriesId: number, type: ValueType): Sample[] {
  if (!low || !high) {
    return bad ? [{ seriesId, at: bad[0], quality: qualityOf(bad[1]), value: null }] : []
  }
  const point = (value: number, at: number, quality: number): Sample => ({
    seriesId,
    at,
    quality: qualityOf(quality),
    value: type === 'bool' ? value !== 0 : value,
  })
  const lowest = point(low[0], low[1], low[2])
  const highest = point(high[0], -high[1], high[2])
  if (lowest.at === highest.at && lowest.value === highest.value) return [lowest]
  return lowest.at <= highest.at ? [lowest, highest] : [highest, lowest]
}

async function lastOfEachSlot(
  client: PoolClient,
  query: RangeQuery,
  series: StoredSeries,
): Promise<Sample[]> {
  const width = Math.max((query.to - query.from) / query.points, 1)
  const { rows } = await client.query<Omit<SampleRow, 'series_id' | 'type'>>(
    `SELECT DISTINCT ON (slot) ts, value, quality, body
       FROM (SELECT *, least(floor((${MS('ts')} - $4) / $5), $6) AS slot FROM ${samplesWithBody(series)}) AS s
      ORDER BY slot, ts DESC`,
    [...bounds(query), query.from, width, query.points - 1],
  )
  return rows.map((row) => sampleOf({ ...row, series_id: query.seriesId, type: series.type }))
}
