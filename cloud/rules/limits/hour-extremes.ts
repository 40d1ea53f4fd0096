import type { ClientBase } from 'pg'
import { ROLLUP_LEVELS } from '../../series-store/rollup-level.ts'
import { plainValue } from '../../series-store/stored-value.ts'
import type { StoredDevice } from '../history/stored-events.ts'
import type { AskedLimit } from './asked-limits.ts'

/** Of each device, in their order, what a limit is reckoned from: the extreme of each of these hours that has values. */
export async function readHourExtremes(
  db: Pick<ClientBase, 'query'>,
  devices: readonly StoredDevice[],
  { of, side }: AskedLimit,
  hours: readonly number[],
): Promise<ReadonlyMap<number, number>[]> {
  const { rows } = await db.query<{ n: number; hours: number[]; extremes: number[] }>(EXTREMES[side], [
    devices.map(({ gatewayId }) => gatewayId),
    devices.map(({ device }) => device),
    of,
    hours.map((hour) => new Date(hour)),
  ])
  const known = new Map(rows.map((row) => [row.n, row]))
  return devices.map((_, n) => {
    const { hours = [], extremes = [] } = known.get(n + 1) ?? {}
    return new Map(hours.map((hour, i) => [hour, extremes[i] ?? Number.NaN]))
  })
}

const EXTREMES = { high: extremesBy('max'), low: extremesBy('min') } as const

function extremesBy(extreme: 'max' | 'min'): string {
  return `
SELECT n::int4, array_agg(at) AS hours, array_agg(value) AS extremes
FROM unnest($1::int4[], $2::text[]) WITH ORDINALITY AS k (g, device, n)
CROSS JOIN LATERAL (
  SELECT (extract(epoch FROM bucket) * 1000)::float8 AS at, ${extreme}(${plainValue(`r.${extreme}`, 's.scale')}) AS value
  FROM series s JOIN ${ROLLUP_LEVELS['1h'].table} r ON r.series_id = s.id
  WHERE (s.gateway_id, s.device, s.property) = (k.g, k.device, $3) AND s.type IN ('float', 'integer')
    AND bucket = ANY ($4::timestamptz[]) AND r.${extreme} IS NOT NULL
  GROUP BY bucket
) AS hour
GROUP BY n`
}
