import type { PoolClient } from 'pg'
import { ROLLUP_LEVELS } from './rollup-level.ts'
import type { Span } from './series-store.ts'
import { plainValue } from './stored-value.ts'

/** Of the samples of one series: how many are finite numbers of good quality, how many are not, and between which values they lie. */
export interface Extremes {
  readonly good: number
  readonly bad: number
  /** null where there is no good one. */
  readonly min: number | null
  readonly max: number | null
}

const { table, index } = ROLLUP_LEVELS['1h']

/**
 * By the roll-ups, over whole hours: exact, as whoever writes a sample marks its bucket until the roll-up has seen it. Nothing of
 * series of a gateway that has such a mark in the span, and of none where samples are kept no longer.
 */
export async function readExtremes(
  client: PoolClient,
  seriesIds: readonly number[],
  { from, to }: Span,
): Promise<Map<number, Extremes>> {
  const { rows } = await client.query<Extremes & { id: number }>(EXTREMES, [
    seriesIds,
    new Date(from),
    new Date(to),
  ])
  return new Map(rows.map(({ id, ...extremes }) => [id, extremes]))
}

const EXTREMES = `
SELECT s.id, coalesce(sum(n), 0)::float8 AS good, coalesce(sum(n_bad), 0)::float8 AS bad,
  ${plainValue('min(min)', 's.scale')} AS min, ${plainValue('max(max)', 's.scale')} AS max
FROM series s LEFT JOIN ${table} r ON r.series_id = s.id AND bucket >= $2 AND bucket < $3
WHERE s.id = ANY ($1::int4[]) AND EXISTS (SELECT FROM samples WHERE ts >= $2 AND ts < $3)
  AND s.gateway_id NOT IN (
    SELECT gateway_id FROM dirty_mark WHERE rollup <= ${index} AND bucket >= $2 AND bucket < $3)
GROUP BY s.id`
