import type { Pool } from 'pg'
import { withClient } from '../database/pool.ts'
import { badQuery, checkPoints, checkSpan } from './query-bounds.ts'
import { ROLLUP_LEVELS } from './rollup-level.ts'
import type { Abortable, Aggregate, AggregateQuery } from './series-store.ts'
import { plainValue } from './stored-value.ts'

const HOUR_MS = 3_600_000
const VALUES = ['sum', 'min', 'max', 'first', 'last'] as const

interface AggregateRow extends Readonly<Record<(typeof VALUES)[number], number | null>> {
  readonly series_id: number
  readonly bucket: Date
  readonly n: number | string
  readonly n_bad: number | string
}

/** By series and time. */
export async function readAggregates(
  pool: Pool,
  query: AggregateQuery,
  { signal }: Abortable = {},
): Promise<Aggregate[]> {
  checkSpan(query)
  checkPoints(query.points)
  const { table, rollup, widthMs } = ROLLUP_LEVELS[query.rollup]
  // A day in spring may have 23 hours.
  const buckets = Math.ceil((query.to - query.from) / (rollup === '1d' ? widthMs - HOUR_MS : widthMs))
  if (buckets > query.points) {
    throw badQuery(
      'rollup',
      `up to ${buckets} buckets of ${rollup} lie in this span, ${query.points} points were asked for`,
      'Ask for a shorter span, more points, or a coarser roll-up.',
      'too-many-points',
    )
  }
  return withClient(
    pool,
    async (client) => {
      const { rows } = await client.query<AggregateRow>(
        `SELECT series_id, bucket, n, n_bad, ${VALUES.map((name) => `${plainValue(name, 'scale')} AS ${name}`).join()}
           FROM ${table} JOIN series ON series.id = series_id
          WHERE series_id = ANY($1::int4[]) AND bucket >= $2 AND bucket < $3 ORDER BY series_id, bucket`,
        [query.seriesIds, new Date(query.from), new Date(query.to)],
      )
      return rows.map((row) => ({
        seriesId: row.series_id,
        at: row.bucket.getTime(),
        n: Number(row.n),
        nBad: Number(row.n_bad),
        sum: row.sum,
        min: row.min,
        max: row.max,
        first: row.first,
        last: row.last,
      }))
    },
    signal,
  )
}
