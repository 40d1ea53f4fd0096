import { GanzhiError } from '@ganzhi/contracts/error'
import type { Property } from '@ganzhi/contracts/profile'
import { check, schemaFaults } from '@ganzhi/contracts/schema'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Driver, FieldFault, Link } from '@ganzhi/device-drivers/driver'
import { driverOf, drivers as allDrivers, type Drivers } from '@ganzhi/device-drivers/registry'
import { loadProfile } from '@ganzhi/firmware-config/profile'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { readFile } from 'node:fs/promises'
import Type, { type Static, type TObject } from 'typebox'
import { parse } from 'yaml'
import type { SessionMemory } from './session-memory.ts'

export type Point = Static<TObject> & { readonly id: string }
export type OpenLink = Link<Static<TObject>, Static<TObject>>

/** A device that is not in any configuration yet, and what is wanted of it. */
export interface Target {
  readonly driver: Driver
  readonly connection: Static<TObject>
  readonly device: Static<TObject>
  readonly points: readonly Point[]
  /** What a profile says of its points, by id; a points file says nothing. */
  readonly properties: ReadonlyMap<string, Property>
}

export interface TargetOptions {
  readonly driver: string
  /** JSON */
  readonly connection: string
  /** One of: text of a points file, or a profile and which unit it is for. */
  readonly what:
    | { readonly points: string }
    | { readonly profile: string; readonly device: Readonly<Record<string, unknown>> }
  readonly drivers?: Drivers
}

export async function targetOf({ what, ...options }: TargetOptions): Promise<Target> {
  const { driver, connection } = connectionOf(options)
  if ('points' in what) {
    const { points, ...device } = pointsFile(driver, parsed(parse, what.points, 'points'))
    return { driver, connection, device, points, properties: new Map() }
  }
  const profile = await profileCalled(what.profile)
  const section = (profile.protocols as Record<string, { points: readonly Point[] } | undefined>)[driver.id]
  if (!section) {
    throw refused(
      'profile',
      `${profile.id} 没有 has no protocols.${driver.id}`,
      'Use another driver or profile.',
    )
  }
  const { points, ...known } = section
  const device = check(driver.deviceSchema, { ...known, ...what.device }, 'device')
  return { driver, connection, device, points, properties: new Map(profile.properties.map((p) => [p.id, p])) }
}

export function connectionOf(options: Pick<TargetOptions, 'driver' | 'connection' | 'drivers'>) {
  const driver = driverOf(options.driver, options.drivers ?? allDrivers)
  const document = parsed(JSON.parse, options.connection, 'connection')
  const connection = check(driver.configSchema, document, 'connection')
  const fault = driver.connectionFault?.(connection)
  if (fault) throw refusedFor(fault)
  return { driver, connection }
}

export async function openLink(
  { driver, connection }: Pick<Target, 'driver' | 'connection'>,
  { clock, memory }: { clock: Clock; memory: SessionMemory },
): Promise<OpenLink> {
  return driver.open(connection, { clock, report: () => {}, memory })
}

/** By id among those that come with the gateway, or by the path of a file. */
async function profileCalled(name: string) {
  if (/\.ya?ml$/.test(name)) {
    const text = await readFile(name, 'utf8').catch((cause: Error) => {
      throw refused(
        'profile',
        cause.message,
        'Give the path of a profile, or the id of one that is built in.',
      )
    })
    return loadProfile(text)
  }
  const profiles = await loadProfiles()
  const profile = profiles.get(name)
  if (profile) return profile
  throw refused(
    'profile',
    `${name} 不存在 is not known`,
    `Use a file, or one of: ${[...profiles.keys()].join(', ')}.`,
  )
}

interface PointsFile {
  readonly points: readonly Point[]
}

function pointsFile(driver: Driver, document: unknown): PointsFile {
  const schema = Type.Object(
    { ...driver.deviceSchema.properties, points: Type.Array(driver.pointSchema, { minItems: 1 }) },
    { additionalProperties: false },
  )
  const faults: FieldFault[] = schemaFaults(schema, document).map((fault) => ({ ...fault, remedy: '' }))
  if (faults.length > 0) throw refusedFor(...faults)
  const file = document as PointsFile
  const before = new Map<string, number>()
  file.points.forEach((point, i) => {
    const fault = driver.pointFault?.(point)
    if (fault) faults.push({ ...fault, field: `points[${i}].${fault.field}` })
    const first = before.get(point.id)
    if (first !== undefined) {
      const message = `${point.id} 重复 is also points[${first}]`
      faults.push({ field: `points[${i}].id`, message, remedy: 'Give each its own id.' })
    }
    before.set(point.id, i)
  })
  if (faults.length > 0) throw refusedFor(...faults)
  return file
}

function refusedFor(...faults: readonly FieldFault[]): GanzhiError {
  const [first] = faults
  const what = faults.map(({ field, message }, i) => (i === 0 ? message : `\n  ${field} ${message}`)).join('')
  return refused(first?.field ?? '', what, first?.remedy || 'Correct what is named.')
}

function parsed(parser: (text: string) => unknown, text: string, field: string): unknown {
  try {
    return parser(text)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw refused(field, `无法解析 can't be read: ${what}`, 'Correct what is named.', cause)
  }
}

function refused(field: string, what: string, remedy: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`${field} ${what}`, { code: 'bad-input', blame: 'caller', field, remedy, cause })
}
