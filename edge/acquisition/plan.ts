import { GanzhiError } from '@ganzhi/contracts/error'
import type { Point, PointTable } from '@ganzhi/contracts/point-table'
import type { Profile, Property } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import type { Driver } from '@ganzhi/device-drivers/driver'
import type { Drivers } from '@ganzhi/device-drivers/registry'
import Type, { type Static, type TObject } from 'typebox'
import { AcquisitionConfig, DeviceConfig, type LinkConfig } from './config.ts'

/** A property of a device: where its readings go, and by which rules. */
export interface PlannedPoint {
  readonly property: Property
  readonly table: number
  readonly slot: number
}

/** What is read of one device at one interval. `points` and `driverPoints` go side by side. */
export interface PlannedPoll {
  readonly device: string
  readonly address: Static<TObject>
  readonly intervalMs: number
  readonly points: readonly PlannedPoint[]
  readonly driverPoints: readonly Static<TObject>[]
}

export interface PlannedLink {
  readonly id: string
  readonly driver: Driver
  readonly connection: Static<TObject>
  readonly polls: readonly PlannedPoll[]
}

export interface AcquisitionPlan {
  readonly telemetryMs: number
  readonly tables: readonly PointTable[]
  readonly links: readonly PlannedLink[]
}

export interface Known {
  readonly drivers: Drivers
  readonly profiles: ReadonlyMap<string, Profile>
}

/** A profile's section for one protocol. */
interface Section {
  readonly points: readonly (Static<TObject> & { readonly id: string })[]
}

const DEFAULT_INTERVAL_MS = 5_000
const POINTS_PER_TABLE = 10_000

/** Checks a configuration to its last field and says what is to be read; refuses it whole when anything is wrong. */
export function planAcquisition(document: unknown, known: Known): AcquisitionPlan {
  const config = check(AcquisitionConfig, document, 'acquisition')
  check(schemaOf(config, known), document, 'acquisition')
  checkUnique(config.links.map(({ id }, i) => ({ id, field: `links[${i}].id` })))
  checkUnique(
    config.links.flatMap(({ devices }, i) =>
      devices.map(({ id }, j) => ({ id, field: `links[${i}].devices[${j}].id` })),
    ),
  )
  const tables: Point[][] = []
  const links = config.links.map((link, i) => planLink(link, `links[${i}]`, known, tables))
  return { telemetryMs: config.telemetryMs ?? 1_000, tables: tables.map((points) => ({ points })), links }
}

/** The schema of this very document: that of each link and device follows from its driver. */
function schemaOf(config: AcquisitionConfig, { drivers }: Known): TObject {
  const links = config.links.map(({ driver: id }, i) => {
    const driver = drivers.get(id)
    if (!driver) {
      throw refused(
        `links[${i}].driver`,
        `${id} is not known`,
        `Use one of: ${[...drivers.keys()].join(', ')}.`,
      )
    }
    const fields = { ...DeviceConfig.properties, ...driver.deviceSchema.properties }
    const device = Type.Object(fields, { additionalProperties: false })
    return Type.Object({ connection: driver.configSchema, devices: Type.Array(device) })
  })
  return Type.Object({ links: Type.Tuple(links) })
}

function planLink(
  config: LinkConfig,
  at: string,
  { drivers, profiles }: Known,
  tables: Point[][],
): PlannedLink {
  const { id, connection, devices } = config
  const driver = drivers.get(config.driver)
  if (!driver) throw refused(`${at}.driver`, 'is not known', 'Name a driver.')
  const polls = devices.flatMap((device, i) => {
    const field = `${at}.devices[${i}]`
    const profile = profiles.get(device.profile)
    if (!profile) {
      const remedy = `Use one of: ${[...profiles.keys()].join(', ')}; or add it to the profiles.`
      throw refused(`${field}.profile`, `${device.profile} is not known`, remedy)
    }
    return planDevice(device, profile, field, driver, tables)
  })
  return { id, driver, connection, polls }
}

function planDevice(
  device: DeviceConfig,
  profile: Profile,
  field: string,
  driver: Driver,
  tables: Point[][],
): PlannedPoll[] {
  const protocols: Record<string, Section | undefined> = profile.protocols
  const section = protocols[driver.id]
  if (!section) {
    const remedy = `Add protocols.${driver.id} to the profile, or use another driver.`
    throw refused(`${field}.profile`, `${profile.id} has no way through ${driver.id}`, remedy)
  }
  const driverPoints = new Map(section.points.map((point) => [point.id, point]))
  const overrides = device.properties ?? {}
  for (const id of Object.keys(overrides)) {
    if (!driverPoints.has(id)) {
      throw refused(`${field}.properties.${id}`, `is no property of ${profile.id}`, 'Correct or remove it.')
    }
  }
  const polls = new Map<number, { points: PlannedPoint[]; driverPoints: Static<TObject>[] }>()
  for (const base of profile.properties) {
    const point = driverPoints.get(base.id)
    const { read = true, ...override } = overrides[base.id] ?? {}
    if (!point || !read || base.access === 'w') continue
    const property = { ...base, ...override }
    const intervalMs = override.intervalMs ?? device.intervalMs ?? base.intervalMs ?? DEFAULT_INTERVAL_MS
    const poll = polls.get(intervalMs) ?? { points: [], driverPoints: [] }
    polls.set(intervalMs, poll)
    poll.points.push({ property, ...slotFor(device.id, property, tables) })
    poll.driverPoints.push(point)
  }
  const address = addressOf(device, driver)
  return [...polls].map(([intervalMs, poll]) => ({ device: device.id, address, intervalMs, ...poll }))
}

function addressOf(device: object, driver: Driver): Static<TObject> {
  const names = Object.keys(driver.deviceSchema.properties)
  return Object.fromEntries(Object.entries(device).filter(([name]) => names.includes(name)))
}

function slotFor(device: string, property: Property, tables: Point[][]): { table: number; slot: number } {
  let points = tables.at(-1)
  if (!points || points.length >= POINTS_PER_TABLE) tables.push((points = []))
  const { id, type, decimals } = property
  points.push({ device, property: id, type, ...(decimals === undefined ? {} : { decimals }) })
  return { table: tables.length - 1, slot: points.length - 1 }
}

function checkUnique(list: readonly { id: string; field: string }[]): void {
  const seen = new Map<string, string>()
  for (const { id, field } of list) {
    const before = seen.get(id)
    if (before) throw refused(field, `${id} is also ${before}`, 'Give each its own id.')
    seen.set(id, field)
  }
}

function refused(field: string, what: string, remedy: string): GanzhiError {
  const message = `acquisition: ${field} ${what}`
  return new GanzhiError(message, { code: 'bad-input', blame: 'caller', field, remedy })
}
