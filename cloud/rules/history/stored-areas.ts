import type { AreaLevel } from '@ganzhi/contracts/area'
import type { Pool } from 'pg'
import { AREA_ABOVE } from '../areas/area-above.ts'
import type { StoredDevice } from './stored-events.ts'

/** The area of a level in which each of these devices stands today; null of those that stand in none. */
export async function areasOf(
  pool: Pool,
  devices: readonly StoredDevice[],
  level: AreaLevel,
): Promise<(string | null)[]> {
  const { rows } = await pool.query<{ area: string | null }>(AREAS, [
    devices.map(({ gatewayId }) => gatewayId),
    devices.map(({ device }) => device),
    level,
  ])
  return rows.map(({ area }) => area)
}

const AREAS = `
SELECT a.token AS area FROM unnest($1::int4[], $2::text[]) WITH ORDINALITY AS u (g, device, n)
CROSS JOIN (SELECT $3::text AS level) k
LEFT JOIN device d ON (d.gateway_id, d.name) = (u.g, u.device) ${AREA_ABOVE}
ORDER BY n`
