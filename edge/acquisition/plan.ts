import type { Profile, Property } from '@ganzhi/contracts/profile'
import { fieldOf, schemaFaults } from '@ganzhi/contracts/schema'
import type { Driver } from '@ganzhi/device-drivers/driver'
import type { Drivers } from '@ganzhi/device-drivers/registry'
import type { Static, TObject, TSchema } from 'typebox'
import { lineKey } from './line-key.ts'
import { AcquisitionHead, type DeviceConfig, deviceSchemaOf, LinkHead } from './config.ts'

/** A property of a device: how it is found, how often it is read, and by which rules it is sent. */
export interface PlannedPoint {
  readonly device: string
  /** As its profile has it, with what this gateway does otherwise. */
  readonly property: Property
  readonly driverPoint: Static<TObject>
  /** Absent: it is read only when somebody asks. */
  readonly intervalMs?: number
  /** Smallest difference that the wire can tell. */
  readonly step?: number
}

export interface PlannedDevice {
  readonly id: string
  /** Id of its profile. */
  readonly profile: string
  /** As the driver's deviceSchema wants it. */
  readonly address: Static<TObject>
  readonly points: readonly PlannedPoint[]
}

export interface PlannedLink {
  readonly id: string
  readonly driver: Driver
  readonly connection: Static<TObject>
  readonly devices: readonly PlannedDevice[]
}

export interface AcquisitionPlan {
  readonly telemetryMs: number
  readonly links: readonly PlannedLink[]
}

export interface Known {
  readonly drivers: Drivers
  readonly profiles: ReadonlyMap<string, Profile>
}

export interface PlanFault {
  /** Steps to the field at fault. */
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly remedy?: string
}

type Path = PlanFault['path']

/** A profile's section for one protocol. Beside its points stands what holds for every device of the kind. */
interface Section {
  readonly points: readonly (Static<TObject> & { readonly id: string })[]
}

const DEFAULT_INTERVAL_MS = 5_000
const DEFAULT_TELEMETRY_MS = 1_000

/** What a configuration asks to be read; refused whole when anything is wrong with it, with all that is. */
export function planAcquisition(
  document: unknown,
  known: Known,
): { readonly plan: AcquisitionPlan } | { readonly faults: readonly PlanFault[] } {
  const planner = new Planner(known)
  const plan = planner.plan(document)
  return planner.faults.length > 0 || !plan ? { faults: planner.faults } : { plan }
}

/** Goes on behind a fault, so that who sets up a gateway need not find them one by one. */
class Planner {
  readonly faults: PlanFault[] = []
  readonly #known: Known
  readonly #ids = new Map<string, Path>()
  readonly #connections = new Map<string, Path>()
  readonly #deviceSchemas = new Map<Driver, TSchema>()

  constructor(known: Known) {
    this.#known = known
  }

  plan(document: unknown): AcquisitionPlan | undefined {
    if (!this.#fits(AcquisitionHead, document, [])) return undefined
    const { telemetryMs = DEFAULT_TELEMETRY_MS, links } = document
    return { telemetryMs, links: links.flatMap((link, i) => this.#link(link, ['links', i]) ?? []) }
  }

  #link(document: unknown, at: Path): PlannedLink | undefined {
    if (!this.#fits(LinkHead, document, at)) return undefined
    const { id, connection, devices } = document
    this.#unique('link', id, [...at, 'id'])
    const driver = this.#known.drivers.get(document.driver)
    if (!driver) {
      const remedy = `Use one of: ${[...this.#known.drivers.keys()].join(', ')}.`
      this.#fault([...at, 'driver'], `${document.driver} is not known`, remedy)
      return undefined
    }
    this.#checkConnection(driver, connection, [...at, 'connection'])
    const planned = devices.flatMap((device, i) => this.#device(device, driver, [...at, 'devices', i]) ?? [])
    return { id, driver, connection, devices: planned }
  }

  #checkConnection(driver: Driver, connection: Static<TObject>, at: Path): void {
    if (!this.#fits(driver.configSchema, connection, at)) return
    const fault = driver.connectionFault?.(connection)
    if (fault) this.#fault([...at, fault.field], fault.message, fault.remedy)
    const key = lineKey(driver.id, connection)
    const before = this.#connections.get(key)
    if (before) {
      this.#fault(
        at,
        `is also ${fieldOf(before)}`,
        'Put the devices under one link: it alone speaks on its line.',
      )
    }
    this.#connections.set(key, at)
  }

  #device(document: unknown, driver: Driver, at: Path): PlannedDevice | undefined {
    const schema = this.#deviceSchemas.get(driver) ?? deviceSchemaOf(driver.deviceSchema)
    this.#deviceSchemas.set(driver, schema)
    if (!this.#fits(schema, document, at)) return undefined
    const device = document as DeviceConfig
    this.#unique('device', device.id, [...at, 'id'])
    const profile = this.#known.profiles.get(device.profile)
    if (!profile) {
      const message = `${device.profile} is not known`
      this.#fault([...at, 'profile'], message, 'Name a profile that comes with the agent, or add its file.')
      return undefined
    }
    const protocols: Record<string, Section | undefined> = profile.protocols
    const section = protocols[driver.id]
    if (!section) {
      const remedy = `Add protocols.${driver.id} to the profile, or use another driver.`
      this.#fault([...at, 'profile'], `${profile.id} has no way through ${driver.id}`, remedy)
      return undefined
    }
    const address = addressOf(driver, section, device)
    return {
      id: device.id,
      profile: profile.id,
      address,
      points: this.#points(device, profile, section, driver, at),
    }
  }

  #points(
    device: DeviceConfig,
    profile: Profile,
    section: Section,
    driver: Driver,
    at: Path,
  ): PlannedPoint[] {
    const driverPoints = new Map(section.points.map((point) => [point.id, point]))
    const overrides = device.properties ?? {}
    for (const id of Object.keys(overrides)) {
      if (driverPoints.has(id)) continue
      this.#fault([...at, 'properties', id], `is no property of ${profile.id}`, 'Correct or remove it.')
    }
    return profile.properties.flatMap((base): PlannedPoint[] => {
      const driverPoint = driverPoints.get(base.id)
      if (!driverPoint) return []
      const fault = driver.pointFault?.(driverPoint)
      if (fault) this.#fault([...at, 'profile'], `${profile.id}: ${base.id}: ${fault.message}`, fault.remedy)
      const { read = true, ...override } = overrides[base.id] ?? {}
      const property = { ...base, ...override }
      if ((property.minReportMs ?? 0) > (property.maxReportMs ?? Infinity)) {
        const path = [...at, 'properties', base.id, 'minReportMs']
        this.#fault(path, 'is above maxReportMs', 'Lower it, or raise maxReportMs.')
      }
      const polled = read && base.access !== 'w'
      const intervalMs = override.intervalMs ?? device.intervalMs ?? base.intervalMs ?? DEFAULT_INTERVAL_MS
      return [
        {
          device: device.id,
          property,
          driverPoint,
          ...stepOf(driverPoint),
          ...(polled ? { intervalMs } : {}),
        },
      ]
    })
  }

  #fits<T extends TSchema>(schema: T, value: unknown, at: Path): value is Static<T> {
    const faults = schemaFaults(schema, value)
    for (const { path, message } of faults) this.#fault([...at, ...path], message)
    return faults.length === 0
  }

  #unique(kind: string, id: string, at: Path): void {
    const before = this.#ids.get(`${kind} ${id}`)
    if (before) this.#fault(at, `${id} is also ${fieldOf(before)}`, 'Give each its own id.')
    else this.#ids.set(`${kind} ${id}`, at)
  }

  #fault(path: Path, message: string, remedy?: string): void {
    this.faults.push({ path, message, ...(remedy === undefined ? {} : { remedy }) })
  }
}

/** What a device says of itself goes before what its profile says of the kind. */
function addressOf(driver: Driver, section: Section, device: DeviceConfig): Static<TObject> {
  const names = Object.keys(driver.deviceSchema.properties)
  return Object.fromEntries(
    Object.entries({ ...section, ...device }).filter(([name]) => names.includes(name)),
  )
}

/** Of a whole number on the wire: what one step of it means. */
function stepOf(point: Static<TObject>): { step?: number } {
  const { type, scale = 1 } = point as { type?: unknown; scale?: unknown }
  const whole = typeof type === 'string' && /^(u?int|bcd)/.test(type)
  return whole && typeof scale === 'number' ? { step: Math.abs(scale) } : {}
}
