import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import { type Clock, systemClock } from '@ganzhi/device-drivers/clock'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import { readPoints, readsOf } from './read-points.ts'
import { sessionMemory } from './session-memory.ts'
import type { Point } from './points-file.ts'
import { type OpenLink, openLink, type Target } from './target.ts'

export interface WriteOptions {
  readonly point: string
  /** As it was typed. */
  readonly value: string
  /** Asked before anything is sent; false leaves everything as it is. */
  readonly agreed: (before: PointResult, value: Value) => Promise<boolean>
  readonly signal: AbortSignal
  readonly clock?: Clock
}

export type WriteOutcome =
  | {
      readonly asked: Value
      readonly before: PointResult
      readonly written: false
      /** What the device, or the way to it, had against it; none when the person had. */
      readonly error?: GanzhiError
    }
  | {
      readonly asked: Value
      readonly before: PointResult
      readonly written: true
      readonly after: PointResult
      /** Read back, the device has the value. */
      readonly took: boolean
    }

/** Sets one point of a device: what is there now, the write, and what is there then. */
export async function writeOnce(target: Target, options: WriteOptions): Promise<WriteOutcome> {
  const { point: id, signal, clock = systemClock } = options
  const point = target.points.find((known) => known.id === id)
  if (!point) {
    throw refused('point', `没有点 there is no point ${id}`, `Use one of: ${idsOf(target.points)}.`)
  }
  const property = target.properties.get(id)
  if (property?.access === 'r')
    throw refused('point', `${id} 只读 is read-only in its profile`, 'Choose another.')
  await using link = await openLink(target, { clock, memory: sessionMemory() })
  const writes = writesOf(link, target.driver.id)
  const before = await readPoint(link, target, point, { signal, clock })
  const asked = parseValue(options.value, before.value)
  const [low = -Infinity, high = Infinity] = property?.range ?? []
  if (typeof asked === 'number' && (asked < low || asked > high)) {
    throw refused(
      'value',
      `${asked} 超出范围 is outside ${low}…${high}`,
      'Give a value within the range of the profile.',
    )
  }
  if (!(await options.agreed(before, asked))) return { asked, before, written: false }
  const error = await writes.write(target.device, point, asked, { signal }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error !== undefined && !isGanzhiError(error)) throw error
  if (error && !MAY_BE_DONE.has(error.code)) return { asked, before, written: false, error }
  const after = await readPoint(link, target, point, { signal, clock })
  const took = isSame(asked, after.value, point)
  // What is there tells more than an acknowledgement that was lost.
  if (error && !took) return { asked, before, written: false, error }
  return { asked, before, written: true, after, took }
}

/** After these the device may have done it all the same. */
const MAY_BE_DONE = new Set(['no-answer', 'link-down', 'bad-reply'])

async function readPoint(
  link: OpenLink,
  { driver, device }: Target,
  point: Point,
  options: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<PointResult> {
  const [result] = await readPoints(readsOf(link, driver.id), device, [point], options)
  return result as PointResult
}

function writesOf(link: OpenLink, driver: string) {
  if (link.writes) return link.writes
  throw refused('driver', `${driver} 不能写 does not write`, 'Use another driver.')
}

const SWITCH: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  '1': true,
  开: true,
  是: true,
  false: false,
  off: false,
  '0': false,
  关: false,
  否: false,
}

/** What was typed, as the kind of value that the point has now; of a point that can't be read, as what it looks like. */
export function parseValue(text: string, like: Value): Value {
  if (typeof like === 'string') return text
  const known = SWITCH[text.toLowerCase()]
  if (typeof like === 'boolean') {
    if (known !== undefined) return known
    throw refused(
      'value',
      `${text} 不是开关量 is neither on nor off`,
      'Give true or false, on or off, 开或关.',
    )
  }
  if (text.trim() !== '' && Number.isFinite(Number(text))) {
    const number = Number(text)
    return /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number
  }
  if (like === null) return known ?? text
  throw refused('value', `${text} 不是数 is not a number`, 'Give a number, like 21.5.')
}

/** A float comes back with the digits that its type can hold; what is whole on the wire comes back as it was. */
function isSame(asked: Value, found: Value, { type }: Point): boolean {
  if (typeof asked !== 'number' || typeof found !== 'number') return asked === found
  const digits = type === 'float32' ? 1e-6 : 1e-12
  return Math.abs(asked - found) <= Math.abs(asked) * digits
}

function idsOf(points: readonly Point[]): string {
  return points.map(({ id }) => id).join(', ')
}

function refused(field: string, message: string, remedy: string): GanzhiError {
  return new GanzhiError(message, { code: 'bad-input', blame: 'caller', field, remedy })
}
