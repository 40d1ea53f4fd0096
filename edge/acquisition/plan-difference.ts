import { isDeepStrictEqual } from 'node:util'
import type { AcquisitionPlan, PlannedDevice, PlannedLink, PlannedPoint } from './plan.ts'

export interface Change {
  readonly added: number
  readonly removed: number
  readonly changed: number
}

/** How many of each a new configuration touched. */
export interface ChangeSummary {
  readonly links: Change
  readonly devices: Change
  readonly points: Change
}

/** The new plan, in which everything that stays as it was is the very object of the old one. */
export function overPlan(
  before: AcquisitionPlan,
  after: AcquisitionPlan,
): { readonly plan: AcquisitionPlan; readonly changes: ChangeSummary } {
  const [links, devices, points] = [
    new Known<PlannedLink>(),
    new Known<PlannedDevice>(),
    new Known<PlannedPoint>(),
  ]
  for (const link of before.links) {
    links.put(link.id, link)
    for (const device of link.devices) {
      devices.put(device.id, device)
      for (const point of device.points) points.put(keyOf(point), point)
    }
  }
  const overDevice = (device: PlannedDevice): PlannedDevice =>
    devices.over(device.id, {
      ...device,
      points: device.points.map((point) => points.over(keyOf(point), point)),
    })
  const overLink = (link: PlannedLink): PlannedLink => {
    const over = { ...link, devices: link.devices.map(overDevice) }
    return links.over(link.id, over, sameLine)
  }
  const plan = { ...after, links: after.links.map(overLink) }
  return { plan, changes: { links: links.change, devices: devices.change, points: points.change } }
}

/** The same wire, whatever devices are on it. */
export function sameLine(a: PlannedLink, b: PlannedLink | undefined): boolean {
  return a.driver === b?.driver && isDeepStrictEqual(a.connection, b.connection)
}

function keyOf({ device, property }: PlannedPoint): string {
  return `${device} ${property.id}`
}

class Known<T extends object> {
  readonly #before = new Map<string, T>()
  #added = 0
  #changed = 0
  #met = 0

  put(key: string, item: T): void {
    this.#before.set(key, item)
  }

  /** The one that was there, where `item` is no other. */
  over(key: string, item: T, same: (a: T, b: T) => boolean = isDeepStrictEqual): T {
    const before = this.#before.get(key)
    if (!before) {
      this.#added += 1
      return item
    }
    this.#met += 1
    if (!same(before, item)) this.#changed += 1
    return isDeepStrictEqual(before, item) ? before : item
  }

  get change(): Change {
    return { added: this.#added, removed: this.#before.size - this.#met, changed: this.#changed }
  }
}
