import { GanzhiError } from '@ganzhi/contracts/error'
import type { Property } from '@ganzhi/contracts/profile'
import { check, type SchemaFault, schemaFaults } from '@ganzhi/contracts/schema'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Driver, Link } from '@ganzhi/device-drivers/driver'
import { driverOf, drivers as allDrivers, type Drivers } from '@ganzhi/device-drivers/registry'
import { loadProfile } from '@ganzhi/firmware-config/profile'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { readFile } from 'node:fs/promises'
import type { Static, TObject } from 'typebox'
import { nearest } from './nearest.ts'
import { type Point, pointsFile } from './points-file.ts'
import type { SessionMemory } from './session-memory.ts'

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
    const { points, ...device } = pointsFile(driver, what.points)
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
  const document = json(options.connection)
  const faults = schemaFaults(driver.configSchema, document)
  if (faults.length > 0) throw badConnection(driver, faults)
  const connection = document as Static<TObject>
  const fault = driver.connectionFault?.(connection)
  if (fault) throw refused(fault.field, fault.message, fault.remedy)
  return { driver, connection }
}

function badConnection({ configSchema }: Driver, faults: readonly SchemaFault[]): GanzhiError {
  const known = Object.keys(configSchema.properties)
  // What an unknown field is to the whole object is said of the field.
  const named = faults.filter(({ field }) => field !== '')
  const lines = (named.length > 0 ? named : faults).map(({ field, message }) => {
    const meant = known.includes(field) ? undefined : nearest(field, known)
    const { description } = (configSchema.properties[field] ?? {}) as { description?: string }
    const hint = meant ? `; 是不是 did you mean ${meant}?` : description ? ` (${description})` : ''
    return `connection: ${`${field} ${message}${hint}`.trimStart()}`
  })
  const remedy = `字段 its fields: ${known.join(', ')}. 写法见 forms to copy: ganzhi-edge read --help`
  return new GanzhiError([...new Set(lines)].join('\n  '), {
    code: 'bad-input',
    blame: 'caller',
    field: faults[0]?.field || 'connection',
    remedy,
  })
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

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    const remedy = `整段用单引号括起 put it in single quotes: --connection '{"host":"192.168.1.10"}'`
    throw refused('connection', `不是 JSON is not JSON: ${what}`, remedy, cause)
  }
}

function refused(field: string, what: string, remedy: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`${field} ${what}`, { code: 'bad-input', blame: 'caller', field, remedy, cause })
}
