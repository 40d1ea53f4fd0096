import type { Placement } from '@ganzhi/contracts/placement'
import type { ClientBase } from 'pg'
import { placementsOf } from '../../areas/placements.ts'
import type { Gateways } from '../../topology/gateways.ts'
import type { WatchedDevice } from './device-watch.ts'
import { PARTITIONS } from './partition-leases.ts'
import { SharedParts } from './shared-parts.ts'

export interface RegisteredDevice {
  readonly gatewayId: number
  readonly gateway: string
  readonly device: string
}

/** The devices of a partition: those of the register, and those that only ever told of events, and the gateways and links themselves. */
export class WatchedDevices implements Iterable<WatchedDevice> {
  readonly #gateways = new Map<number, Map<string, WatchedDevice>>()
  readonly #topology: Gateways
  readonly #shared = new SharedParts()

  constructor(topology: Gateways) {
    this.#topology = topology
  }

  get(gatewayId: number, device: string): WatchedDevice | undefined {
    return this.#gateways.get(gatewayId)?.get(device)
  }

  of(gatewayId: number): Iterable<WatchedDevice> {
    return this.#gateways.get(gatewayId)?.values() ?? []
  }

  /** Enters those that were never heard of, where they are placed. */
  async meet(tx: ClientBase, met: Iterable<RegisteredDevice>): Promise<void> {
    const unknown = new Map<string, RegisteredDevice>()
    for (const each of met) {
      if (!this.get(each.gatewayId, each.device)) unknown.set(`${each.gateway}/${each.device}`, each)
    }
    if (unknown.size === 0) return
    const placements = await placementsOf(tx, [...unknown.values()])
    for (const [i, each] of unknown.values().toArray().entries())
      this.#enter(each, placements[i] as Placement)
  }

  place(device: WatchedDevice, placement: Placement): void {
    device.placement = this.#shared.placement({
      ...placement,
      gateway: device.gateway,
      device: device.device,
    })
  }

  /** They have sent these. */
  note(device: WatchedDevice, properties: readonly string[]): void {
    const all = device.properties.union(new Set(properties))
    if (all.size > device.properties.size) device.properties = this.#shared.properties([...all].toSorted())
  }

  *[Symbol.iterator](): Iterator<WatchedDevice> {
    for (const devices of this.#gateways.values()) yield* devices.values()
  }

  #enter({ gatewayId, gateway: name, device }: RegisteredDevice, placement: Placement): void {
    let devices = this.#gateways.get(gatewayId)
    if (!devices) this.#gateways.set(gatewayId, (devices = new Map()))
    const gateway = devices.values().next().value?.gateway ?? name
    devices.set(device, {
      gatewayId,
      gateway,
      device,
      placement: this.#shared.placement({ ...placement, gateway, device }),
      hearing: this.#topology.hearing(gatewayId).of(device),
      properties: this.#shared.properties([]),
      watches: [],
      pending: [],
      ripeAt: Infinity,
    })
  }
}

export async function readDevices(
  tx: ClientBase,
  partition: number,
  topology: Gateways,
): Promise<WatchedDevices> {
  const devices = new WatchedDevices(topology)
  await meetRegistered(tx, partition, devices)
  return devices
}

/** Devices that have sent something, or were placed. */
export async function meetRegistered(
  tx: ClientBase,
  partition: number,
  devices: WatchedDevices,
): Promise<void> {
  const { rows } = await tx.query<RegisteredDevice & { properties: string[] }>(
    `SELECT d.gateway_id AS "gatewayId", g.name AS gateway, d.name AS device,
       array(SELECT property FROM series s WHERE (s.gateway_id, s.device) = (d.gateway_id, d.name)) AS properties
     FROM device d JOIN gateway g ON g.id = d.gateway_id WHERE d.gateway_id % ${PARTITIONS} = $1`,
    [partition],
  )
  await devices.meet(tx, rows)
  for (const { gatewayId, device, properties } of rows) {
    const known = devices.get(gatewayId, device)
    if (known) devices.note(known, properties)
  }
}
