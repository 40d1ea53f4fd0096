import type { ValueType } from '@ganzhi/contracts/reading'
import type { Pool } from 'pg'

export interface DeviceSeries {
  readonly gatewayId: number
  readonly id: number
  readonly property: string
  readonly type: ValueType
}

/** What was ever heard of these properties of a device. */
export async function seriesOfDevice(
  pool: Pool,
  gateway: string,
  device: string,
  properties: readonly string[],
): Promise<DeviceSeries[]> {
  const { rows } = await pool.query<DeviceSeries>(
    `SELECT g.id AS "gatewayId", s.id, property, type FROM gateway g JOIN series s ON s.gateway_id = g.id
     WHERE g.name = $1 AND device = $2 AND property = ANY ($3) ORDER BY s.id`,
    [gateway, device, properties],
  )
  return rows
}
