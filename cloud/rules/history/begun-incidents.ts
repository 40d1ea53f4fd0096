import type { Pool } from 'pg'
import type { Span } from '../../series-store/series-store.ts'
import { AHEAD_MS } from '../../series-store/write-batches.ts'
import type { StoredDevice } from './stored-events.ts'

export interface BegunIncident {
  /** Which of the devices it was. */
  readonly device: number
  readonly type: string
  readonly at: number
}

/** When incidents of these types began at these devices, by time; no more than `most` of them. */
export async function begunIncidents(
  pool: Pool,
  devices: readonly StoredDevice[],
  types: readonly string[],
  { from, to }: Span,
  most: number,
): Promise<BegunIncident[]> {
  if (types.length === 0) return []
  const { rows } = await pool.query<BegunIncident>(BEGUN, [
    devices.map(({ gatewayId }) => gatewayId),
    devices.map(({ device }) => device),
    types.map((type) => `${type}.started`),
    new Date(from),
    new Date(to),
    most,
  ])
  return rows
}

const BEGUN = `
SELECT (n - 1)::int4 AS device, regexp_replace(type, '\\.started$', '') AS type, floor(extract(epoch FROM time) * 1000)::float8 AS at
FROM unnest($1::int4[], $2::text[]) WITH ORDINALITY AS k (g, device, n) JOIN event ON (gateway_id, subject) = (k.g, k.device)
WHERE type = ANY ($3) AND time >= $4 AND time < $5 AND time <= arrived_at + ${AHEAD_MS} * interval '1 ms'
ORDER BY time, id LIMIT $6`
