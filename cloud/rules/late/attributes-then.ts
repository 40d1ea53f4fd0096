import type { Pool } from 'pg'
import type { Attributes } from '../engine/condition.ts'
import type { WatchedDevice } from '../live/device-watch.ts'

/** What a device was by the platform's time. */
export type AttributesThen = (clock: number) => Attributes

export async function attributesThen(
  pool: Pool,
  { gatewayId, device, placement }: Pick<WatchedDevice, 'gatewayId' | 'device' | 'placement'>,
): Promise<AttributesThen> {
  const { rows } = await pool.query<{ until: Date; attributes: Attributes }>(
    'SELECT until, attributes FROM device_attributes_before WHERE (gateway_id, device) = ($1, $2) ORDER BY until',
    [gatewayId, device],
  )
  const before = rows.map(({ until, attributes }) => ({ until: until.getTime(), attributes }))
  return (clock) => before.find(({ until }) => clock <= until)?.attributes ?? placement.attributes
}
