import type { ClientBase } from 'pg'
import type { WatchedDevice } from './device-watch.ts'
import { PARTITIONS } from './partition-leases.ts'

/** The devices of a partition, as the register has them. */
export class WatchedDevices implements Iterable<WatchedDevice> {
  readonly #gateways = new Map<number, Map<string, WatchedDevice>>()

  /** It is entered where it was never heard of. */
  found(gatewayId: number, gateway: string, device: string): WatchedDevice {
    let devices = this.#gateways.get(gatewayId)
    if (!devices) this.#gateways.set(gatewayId, (devices = new Map()))
    let found = devices.get(device)
    if (!found) {
      found = {
        gatewayId,
        gateway,
        device,
        properties: new Set(),
        attributes: {},
        watches: [],
        pending: [],
        ripeAt: Infinity,
      }
      devices.set(device, found)
    }
    return found
  }

  *[Symbol.iterator](): Iterator<WatchedDevice> {
    for (const devices of this.#gateways.values()) yield* devices.values()
  }
}

export async function readDevices(tx: ClientBase, partition: number): Promise<WatchedDevices> {
  const { rows } = await tx.query<{ gateway_id: number; name: string; device: string; properties: string[] }>(
    `SELECT gateway_id, name, device, array_agg(property) AS properties
     FROM series s JOIN gateway g ON g.id = s.gateway_id
     WHERE gateway_id % ${PARTITIONS} = $1 GROUP BY gateway_id, name, device`,
    [partition],
  )
  const devices = new WatchedDevices()
  for (const { gateway_id, name, device, properties } of rows) {
    const { properties: known } = devices.found(gateway_id, name, device)
    for (const property of properties) known.add(property)
  }
  return devices
}
