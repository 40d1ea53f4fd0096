import type { Placement } from '@ganzhi/contracts/placement'
import type { ClientBase } from 'pg'
import { PLACEMENT_COLUMNS, type PlacementRow, placementOf, placementsOf } from '../../areas/placements.ts'
import { rowPages } from '../../database/row-pages.ts'
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

  /** Enters what the register has of one, whether it is new or not. */
  register(registered: RegisteredDevice, placement: Placement, properties: readonly string[]): void {
    const known = this.get(registered.gatewayId, registered.device)
    const device = known ?? this.#enter(registered, placement)
    if (known) known.placement = this.#placed(known, placement)
    this.note(device, properties)
  }

  /** They have sent these. */
  note(device: WatchedDevice, properties: readonly string[]): void {
    const all = device.properties.union(new Set(properties))
    if (all.size > device.properties.size) device.properties = this.#shared.properties([...all].toSorted())
  }

  *[Symbol.iterator](): Iterator<WatchedDevice> {
    for (const devices of this.#gateways.values()) yield* devices.values()
  }

  #placed({ gateway, device }: Omit<RegisteredDevice, 'gatewayId'>, placement: Placement): Placement {
    return this.#shared.placement({ ...placement, gateway, device })
  }

  #enter({ gatewayId, gateway: name, device }: RegisteredDevice, placement: Placement): WatchedDevice {
    let devices = this.#gateways.get(gatewayId)
    if (!devices) this.#gateways.set(gatewayId, (devices = new Map()))
    const gateway = devices.values().next().value?.gateway ?? name
    const entered: WatchedDevice = {
      gatewayId,
      gateway,
      device,
      placement: this.#placed({ gateway, device }, placement),
      hearing: this.#topology.hearing(gatewayId).of(device),
      properties: this.#shared.properties([]),
      watches: [],
      pending: [],
      ripeAt: Infinity,
    }
    devices.set(device, entered)
    return entered
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

/** Devices that have sent something, or were placed: where they stand now, and what they have sent. */
export async function meetRegistered(
  tx: ClientBase,
  partition: number,
  devices: WatchedDevices,
): Promise<void> {
  const text = `SELECT g.id AS "gatewayId", ${PLACEMENT_COLUMNS},
       array(SELECT property FROM series s WHERE (s.gateway_id, s.device) = (d.gateway_id, d.name)) AS properties
     FROM device d JOIN gateway g ON g.id = d.gateway_id LEFT JOIN area a ON a.token = d.area
     WHERE d.gateway_id % ${PARTITIONS} = $1`
  for await (const rows of rowPages<RegisteredRow>(tx, { text, values: [partition] })) {
    for (const row of rows) devices.register(row, placementOf(row), row.properties)
  }
}

interface RegisteredRow extends RegisteredDevice, PlacementRow {
  readonly gateway: string
  readonly device: string
  readonly properties: readonly string[]
}
