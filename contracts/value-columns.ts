import { packIntegers, unpackIntegers } from './integer-column.ts'
import type { Point } from './point-table.ts'
import type { Json, Value } from './reading.ts'
import { packTexts, unpackTexts } from './text-column.ts'
import { type Field, type FrameReader, undecodable } from './wire-frame.ts'

/**
 * How a value travels. `scaled` is a float that its decimals make a whole number, and every ordinary integer;
 * what they can't hold exactly goes as `double` or `big`, so that no value ever changes on its way.
 * Position is the code on the wire: only ever append.
 */
export const KINDS = ['none', 'scaled', 'double', 'big', 'bool', 'text', 'json'] as const
export type Kind = (typeof KINDS)[number]

/** Whole numbers up to here: two of them are always near enough for `packIntegers`. */
const SCALED_LIMIT = 2 ** 46

const POWERS = Array.from({ length: 10 }, (_, decimals) => 10 ** decimals)

/** Undefined when the value is not of the point's type. */
export function kindOf(point: Point, value: Value): Kind | undefined {
  if (value === null) return 'none'
  switch (point.type) {
    case 'float':
      if (typeof value !== 'number') return undefined
      return scaledBy(point, value) === undefined ? 'double' : 'scaled'
    case 'integer':
      if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? undefined : 'big'
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return undefined
      return Math.abs(value as number) < SCALED_LIMIT ? 'scaled' : 'big'
    case 'bool':
      return typeof value === 'boolean' ? 'bool' : undefined
    case 'text':
      return typeof value === 'string' && isStorableText(value) ? 'text' : undefined
    case 'json':
      return jsonText(value) === undefined ? undefined : 'json'
  }
}

/** PostgreSQL's text holds no NUL, and half a surrogate pair has no UTF-8. */
function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** PostgreSQL's JSON parser recurses; nothing that a device says is nested deeper. */
const MAX_JSON_DEPTH = 64

/** Undefined for what JSON would change silently (NaN, −0, undefined, a Date) and what is nested too deep. */
function jsonText(value: Value): string | undefined {
  return isPureJson(value, MAX_JSON_DEPTH) ? JSON.stringify(value) : undefined
}

function isPureJson(part: unknown, depth: number): boolean {
  if (part === null || typeof part === 'boolean' || typeof part === 'string') return true
  if (typeof part === 'number') return Number.isFinite(part) && !Object.is(part, -0)
  if (typeof part !== 'object' || depth === 0) return false
  if (!Array.isArray(part) && !isPlain(part)) return false
  return Object.values(part).every((inner) => isPureJson(inner, depth - 1))
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && !Array.isArray(value)
}

function scaledBy(point: Point | undefined, value: number): number | undefined {
  if (point?.type !== 'float') return value
  if (point.decimals === undefined || Object.is(value, -0)) return undefined
  const whole = Math.round(value * (POWERS[point.decimals] as number))
  if (!(Math.abs(whole) < SCALED_LIMIT) || whole / (POWERS[point.decimals] as number) !== value)
    return undefined
  return whole + 0
}

/** One column for each kind, in the order of KINDS; row order within it. */
export function packValues(
  kinds: readonly Kind[],
  valueAt: (row: number) => Value,
  pointAt: (row: number) => Point | undefined,
): Field[] {
  const column = (kind: Kind): number[] => kinds.flatMap((other, row) => (other === kind ? [row] : []))
  const scaled = column('scaled').map((row) => scaledBy(pointAt(row), valueAt(row) as number) ?? 0)
  const texts = (kind: Kind, text: (value: Value) => string): Field[] =>
    packTexts(column(kind).map((row) => text(valueAt(row))))
  return [
    ...packIntegers(scaled),
    packDoubles(Float64Array.from(column('double'), (row) => valueAt(row) as number)),
    ...texts('big', String),
    ...packIntegers(column('bool').map((row) => Number(valueAt(row)))),
    ...texts('text', String),
    ...texts('json', (value) => JSON.stringify(value)),
  ]
}

export function unpackValues(
  frame: FrameReader,
  kinds: readonly Kind[],
  pointAt: (row: number) => Point,
): Value[] {
  const count = (kind: Kind): number => kinds.reduce((n, other) => (other === kind ? n + 1 : n), 0)
  const scaled = unpackIntegers(frame, count('scaled'))
  const doubles = unpackDoubles(frame.bytes(), count('double'))
  const bigs = unpackTexts(frame, count('big'))
  const bools = unpackIntegers(frame, count('bool'))
  const texts = unpackTexts(frame, count('text'))
  const jsons = unpackTexts(frame, count('json'))
  const taken = { scaled: 0, double: 0, big: 0, bool: 0, text: 0, json: 0 }
  // The columns have just the lengths that the kinds ask for, so none of them can run dry.
  const take = <T>(kind: keyof typeof taken, column: ArrayLike<T>): T => column[taken[kind]++] as T
  return kinds.map((kind, row) => {
    const point = pointAt(row)
    switch (kind) {
      case 'none':
        return null
      case 'scaled':
        return fromScaled(point, take('scaled', scaled))
      case 'double':
        return expectType(point, 'float', take('double', doubles))
      case 'big':
        return expectType(point, 'integer', bigFrom(take('big', bigs)))
      case 'bool':
        return expectType(point, 'bool', bitFrom(take('bool', bools)))
      case 'text':
        return expectType(point, 'text', storable(take('text', texts)))
      case 'json':
        return expectType(point, 'json', jsonFrom(take('json', jsons)))
    }
  })
}

/** Eighth bytes together, then seventh bytes …: exponents and signs of neighbours are alike, and zstd sees it. */
function packDoubles(doubles: Float64Array): Uint8Array {
  const bytes = new Uint8Array(doubles.buffer)
  const out = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) out[(i % 8) * doubles.length + (i >> 3)] = bytes[i] as number
  return out
}

function unpackDoubles(packed: Uint8Array, count: number): Float64Array {
  if (packed.length !== count * 8) throw undecodable('has a column of doubles of the wrong length')
  const bytes = new Uint8Array(packed.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = packed[(i % 8) * count + (i >> 3)] as number
  return new Float64Array(bytes.buffer)
}

function bitFrom(bit: number): boolean {
  if (bit === 0 || bit === 1) return bit === 1
  throw undecodable(`has ${bit} for a bool`)
}

function fromScaled(point: Point, whole: number): Value {
  if (!Number.isSafeInteger(whole)) throw undecodable('has a whole number beyond 2^53')
  if (point.type === 'integer') return whole
  if (point.decimals === undefined) throw undecodable(`scales ${point.property}, which has no decimals`)
  return expectType(point, 'float', whole / (POWERS[point.decimals] as number))
}

function expectType(point: Point, type: Point['type'], value: Value): Value {
  if (point.type === type) return value
  throw undecodable(`has a ${type} for ${point.device}/${point.property}, which is ${point.type}`)
}

function bigFrom(text: string): Value {
  if (!/^-?[0-9]{1,40}$/.test(text)) throw undecodable('has a large integer that is none')
  const big = BigInt(text)
  return Number.isSafeInteger(Number(big)) ? Number(big) : big
}

function storable(text: string): string {
  if (isStorableText(text)) return text
  throw undecodable('has a text with a NUL')
}

function jsonFrom(text: string): Json {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (cause) {
    throw undecodable('has broken JSON', cause)
  }
  if (isPureJson(value, MAX_JSON_DEPTH)) return value
  throw undecodable('has JSON that is nested too deep')
}
