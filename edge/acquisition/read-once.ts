import { GanzhiError } from '@ganzhi/contracts/error'
import type { Quality, Value } from '@ganzhi/contracts/reading'
import { check } from '@ganzhi/contracts/schema'
import { type Clock, systemClock } from '@ganzhi/device-drivers/clock'
import type { Driver, PointResult } from '@ganzhi/device-drivers/driver'
import { driverOf, type Drivers, drivers as allDrivers } from '@ganzhi/device-drivers/registry'
import Type, { type Static, type TObject } from 'typebox'
import { parse } from 'yaml'

export interface ReadOnceOptions {
  readonly driver: string
  /** JSON */
  readonly connection: string
  /** YAML: the address of the device, and `points`. */
  readonly points: string
  readonly signal: AbortSignal
  readonly drivers?: Drivers
  readonly clock?: Clock
}

export interface ReadDocument {
  readonly points: readonly {
    readonly id: string
    /** An integer beyond 2^53 is a string of its digits. */
    readonly value: Exclude<Value, bigint>
    readonly quality: Quality
    readonly at: string
    readonly error?: { readonly code: string; readonly message: string; readonly remedy?: string }
  }[]
}

/** Reads points from one device, once. `anyRead` is what the exit code tells. */
export async function readOnce(
  options: ReadOnceOptions,
): Promise<{ document: ReadDocument; anyRead: boolean }> {
  const driver = driverOf(options.driver, options.drivers ?? allDrivers)
  const connection = check(
    driver.configSchema,
    parseText(JSON.parse, options.connection, 'connection'),
    'connection',
  )
  const { points, ...device } = checkPoints(driver, parseText(parse, options.points, 'points'))
  const clock = options.clock ?? systemClock
  await using link = await driver.open(connection, { clock, report: () => {} })
  const results = await link.read(device, points, { signal: options.signal })
  const shown = results.map((result, i) => show(String(points[i]?.id), result))
  return { document: { points: shown }, anyRead: results.some(({ value }) => value !== null) }
}

interface PointsFile {
  readonly points: (Static<TObject> & { readonly id?: unknown })[]
}

function checkPoints(driver: Driver, document: unknown): PointsFile {
  const schema = Type.Object(
    { ...driver.deviceSchema.properties, points: Type.Array(driver.pointSchema, { minItems: 1 }) },
    { additionalProperties: false },
  )
  const file = check(schema, document, 'points file') as PointsFile
  const ids = new Set<unknown>()
  file.points.forEach((point, i) => {
    const fault = driver.pointFault?.(point)
    if (fault) throw refused(`points[${i}].${fault.field}`, fault.message, fault.remedy)
    if (ids.has(point.id)) {
      throw refused(`points[${i}].id`, `${String(point.id)} stands twice`, 'Give each its own id.')
    }
    ids.add(point.id)
  })
  return file
}

function show(id: string, result: PointResult): ReadDocument['points'][number] {
  const at = new Date(result.readAt).toISOString()
  if (result.quality === 'good') {
    const value = typeof result.value === 'bigint' ? String(result.value) : result.value
    return { id, value, quality: 'good', at }
  }
  const { code, message, remedy } = result.error
  const error = { code, message, ...(remedy === undefined ? {} : { remedy }) }
  return { id, value: null, quality: result.quality, at, error }
}

function parseText(parser: (text: string) => unknown, text: string, field: string): unknown {
  try {
    return parser(text)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw refused(field, `can't be read: ${what}`, 'Correct what is named.', cause)
  }
}

function refused(field: string, what: string, remedy: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`${field} ${what}`, { code: 'bad-input', blame: 'caller', field, remedy, cause })
}
