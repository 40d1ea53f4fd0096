import type { ClientBase } from 'pg'
import type { WatchedDevice } from './device-watch.ts'
import { PARTITIONS } from './partition-leases.ts'

/** Whether a device was on the register at a time. Gateways and links always were. */
export type WasKnown = (device: Pick<WatchedDevice, 'gatewayId' | 'device'>, at: number) => boolean

/** For the devices of a partition, and times that are not before `since`. */
export async function knownFrom(tx: ClientBase, partition: number, since: number): Promise<WasKnown> {
  const { rows } = await tx.query<{ gatewayId: number; device: string; firstSeen: Date }>(
    `SELECT gateway_id AS "gatewayId", name AS device, first_seen AS "firstSeen" FROM device
     WHERE first_seen > $2 AND gateway_id % ${PARTITIONS} = $1`,
    [partition, new Date(since)],
  )
  const newcomers = new Map(
    rows.map(({ gatewayId, device, firstSeen }) => [`${gatewayId}/${device}`, firstSeen.getTime()]),
  )
  return ({ gatewayId, device }, at) => (newcomers.get(`${gatewayId}/${device}`) ?? at) <= at
}
