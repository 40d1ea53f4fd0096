import { type ModbusPoint, modbusWidth, type NumberType } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import { toOrder } from './byte-order.ts'
import { isFloat, narrow, type Raw, rawRange, writeRaw } from './raw-number.ts'
import type { Request } from './request.ts'
import { type Scale, scaling, unscaled } from './scale.ts'
import { badValue, notWritable } from './value-error.ts'

/** MAP 6.12 and 6.17: the registers that one request may write. */
const MAX_WRITE = { multiple: 123, 'read-write': 121 } as const

/** The request that sets `point` to `value`. Throws `bad-value`, with what would fit, or `not-writable`. */
export function writeRequest(unit: number, point: ModbusPoint, value: Value): Request {
  const { table, address } = point
  if (table === 'discrete' || table === 'input') {
    throw notWritable(
      point,
      `table ${table} is read only`,
      'Use table holding or coil if the device has it there.',
    )
  }
  if (table === 'coil') {
    const on = boolOf(point, value)
    if (point.write === 'multiple') return { kind: 'write-coils', unit, address, on: [on] }
    return { kind: 'write-coil', unit, address, on }
  }
  if (point.bit !== undefined) {
    const bits = [point.bit, point.bit]
    return maskRequest(unit, { ...point, type: 'uint16', bits }, boolOf(point, value) ? 1n : 0n)
  }
  if (point.bits) return maskRequest(unit, point, BigInt(rawOf(point, value)))
  return registersRequest(unit, point, toOrder(bytesOf(point, value), orderOf(point)))
}

function registersRequest(unit: number, point: ModbusPoint, bytes: Uint8Array): Request {
  const { address, write } = point
  const count = modbusWidth(point)
  const most = MAX_WRITE[write ?? 'multiple']
  if (count > most) {
    throw notWritable(point, `it has ${count} registers`, `At most ${most} are written at once.`)
  }
  if (write === 'read-write') return { kind: write, unit, address, count, write: { address, bytes } }
  if (write === 'multiple' || count > 1) return { kind: 'write-registers', unit, address, bytes }
  return { kind: 'write-register', unit, address, bytes }
}

/** Sets a field and leaves the other bits of its register as they are, without a moment between reading and writing. */
function maskRequest(unit: number, point: ModbusPoint, field: bigint): Request {
  const [low = 0, high = low] = point.bits ?? []
  const type = point.type as NumberType
  const ones = 2n ** BigInt(high - low + 1) - 1n
  const [mask, bits] = [ones, field].map((n) =>
    wordsOf(toOrder(writeRaw(type, n << BigInt(low)), orderOf(point))),
  )
  const touched = (mask ?? []).flatMap((word, i) => (word === 0 ? [] : [i]))
  const [at = 0] = touched
  if (touched.length > 1) {
    throw notWritable(point, 'its bits lie in several registers', 'Write the whole number instead.')
  }
  const and = ~(mask?.[at] ?? 0) & 0xffff
  return { kind: 'mask-register', unit, address: point.address + at, and, or: bits?.[at] ?? 0 }
}

function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(i * 2))
}

function orderOf({ type, order }: ModbusPoint): string {
  return order ?? (type === 'string' ? 'AB' : 'ABCDEFGH')
}

function bytesOf(point: ModbusPoint, value: Value): Uint8Array {
  switch (point.type) {
    case 'bool':
      return writeRaw('uint16', boolOf(point, value) ? 1 : 0)
    case 'string':
      return textOf(point, value)
    default:
      return writeRaw(point.type, rawOf(point, value))
  }
}

function boolOf(point: ModbusPoint, value: Value): boolean {
  if (typeof value !== 'boolean') throw badValue(point, value, 'true or false')
  return value
}

function textOf(point: ModbusPoint, value: Value): Uint8Array {
  const bytes = new Uint8Array(modbusWidth(point) * 2)
  const fits = `a text of at most ${bytes.length} bytes in UTF-8, without NUL`
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) {
    throw badValue(point, value, fits)
  }
  const text = new TextEncoder().encode(value)
  if (text.length > bytes.length) throw badValue(point, value, fits)
  bytes.set(text)
  return bytes
}

function rawOf(point: ModbusPoint, value: Value): Raw {
  const type = point.type as NumberType
  if (point.enum) return meantBy(point, point.enum, value)
  const scale: Scale = { ...point, float: isFloat(type) }
  const [lowest, highest] = point.bits ? fieldRange(point.bits) : rawRange(type)
  const wanted = numberOf(value)
  const raw = wanted === undefined ? undefined : unscaled(wanted, scale)
  if (
    wanted === undefined ||
    raw === undefined ||
    raw < lowest ||
    raw > highest ||
    !hits(wanted, raw, scale)
  ) {
    throw badValue(point, value, rangeOf(lowest, highest, scale))
  }
  return raw
}

function meantBy(point: ModbusPoint, meanings: NonNullable<ModbusPoint['enum']>, value: Value): Raw {
  const named = Object.entries(meanings).find(([, meaning]) => meaning === value)
  if (named) return narrow(BigInt(named[0]))
  const known = Object.values(meanings).map((meaning) => JSON.stringify(meaning))
  throw badValue(point, value, `one of ${known.join(', ')}`)
}

/** A number, or a whole number beyond 2^53 as JSON can carry it: its digits. */
function numberOf(value: Value): Raw | undefined {
  if (typeof value === 'bigint') return narrow(value)
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return narrow(BigInt(value))
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** What the register will say is what was asked for, but for the last digits of a double. */
function hits(wanted: Raw, raw: Raw, scale: Scale): boolean {
  const told = scaling(scale)(raw)
  if (scale.float || told === wanted) return true
  return Math.abs(Number(told) - Number(wanted)) < 1e-12 * Math.abs(Number(wanted))
}

function fieldRange([low = 0, high = low]: readonly number[]): readonly [bigint, bigint] {
  return [0n, 2n ** BigInt(high - low + 1) - 1n]
}

function rangeOf(lowest: Raw, highest: Raw, scale: Scale): string {
  const [a, b] = [lowest, highest].map(scaling(scale))
  const ends = (scale.scale ?? 1) < 0 ? `${b} to ${a}` : `${a} to ${b}`
  if (scale.float) return `a number from ${ends}`
  return `a number from ${ends} in steps of ${Math.abs(scale.scale ?? 1)}`
}
