import { bitsOf, type ModbusPoint, type NumberType } from '@ganzhi/contracts/profile'
import type { TrueValue } from './unit.ts'

/** The words that say `value`; those of `before` show through where the point is only some bits of them. */
export function wordsOf(point: ModbusPoint, value: TrueValue, before: Uint16Array): Uint16Array {
  const { type, table } = point
  if (table === 'coil' || table === 'discrete') return Uint16Array.of(value ? 1 : 0)
  if (type === 'string')
    return fromBytes(shuffled(textBytes(String(value), before.length * 2), point.order ?? 'AB'))
  const order = point.order ?? plainOrder(before.length * 2)
  const field = fieldOf(point)
  const number = type === 'bool' ? BigInt(value ? 1 : 0) : rawOf(point, value)
  if (!field) return fromBytes(shuffled(numberBytes(type === 'bool' ? 'uint16' : type, number), order))
  const [low, high] = field
  const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low)
  const whole = unsigned(unshuffled(toBytes(before), order))
  const merged = (whole & ~mask) | ((BigInt(number) << BigInt(low)) & mask)
  return fromBytes(shuffled(integerBytes(merged, before.length * 2), order))
}

/** What the words of a point say. */
export function valueOf(point: ModbusPoint, words: Uint16Array): TrueValue {
  const { type, table } = point
  if (table === 'coil' || table === 'discrete') return words[0] !== 0
  if (type === 'string') {
    const text = unshuffled(toBytes(words), point.order ?? 'AB').toString('latin1')
    return text.replace(/\0[^]*$/, '').trimEnd()
  }
  const bytes = unshuffled(toBytes(words), point.order ?? plainOrder(words.length * 2))
  const field = fieldOf(point)
  if (!field) return type === 'bool' ? unsigned(bytes) !== 0n : meant(point, NUMBERS[type].get(bytes))
  const [low, high] = field
  const part = (unsigned(bytes) >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n)
  return type === 'bool' ? part !== 0n : meant(point, part)
}

/** Lowest and highest raw number that a point can carry. */
export function rawBounds(point: ModbusPoint): readonly [number, number] {
  const field = fieldOf(point)
  if (field) return [0, 2 ** (field[1] - field[0] + 1) - 1]
  const { type } = point
  if (type === 'bool' || type === 'string') return [0, 1]
  const bits = bitsOf(type)
  if (type.startsWith('float')) return [-1e9, 1e9]
  if (type.startsWith('bcd')) return [0, 10 ** (bits / 4) - 1]
  const top = Math.min(2 ** (type.startsWith('u') ? bits : bits - 1) - 1, Number.MAX_SAFE_INTEGER)
  return [type.startsWith('u') ? 0 : -top, top]
}

function fieldOf(point: ModbusPoint): readonly [number, number] | undefined {
  if (point.bit !== undefined) return [point.bit, point.bit]
  const [low, high] = point.bits ?? []
  return low === undefined || high === undefined ? undefined : [low, high]
}

function rawOf(point: ModbusPoint, value: TrueValue): number | bigint {
  if (point.enum) {
    const key = Object.keys(point.enum).find((raw) => point.enum?.[raw] === value)
    return BigInt(key ?? 0)
  }
  if (typeof value === 'string') return BigInt(value)
  const raw = (Number(value) - (point.offset ?? 0)) / (point.scale ?? 1)
  return point.type.startsWith('float') ? raw : BigInt(Math.round(raw))
}

function meant(point: ModbusPoint, raw: number | bigint): TrueValue {
  const named = point.enum?.[String(raw)]
  if (named !== undefined) return named
  const { scale = 1, offset = 0 } = point
  if (typeof raw === 'bigint' && scale === 1 && offset === 0) {
    return Number.isSafeInteger(Number(raw)) ? Number(raw) : String(raw)
  }
  const value = Number(raw) * scale + offset
  const decimals =
    point.decimals ?? (typeof raw === 'bigint' ? Math.max(digits(scale), digits(offset)) : undefined)
  return decimals === undefined ? value : Number(value.toFixed(decimals))
}

/** Behind the decimal point, as a person writes the number. */
function digits(number: number): number {
  const [mantissa = '', exponent = '0'] = String(number).split('e')
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent))
}

interface Coding {
  put(bytes: Buffer, raw: number | bigint): void
  get(bytes: Buffer): number | bigint
}

const whole = (sign: (bits: number, value: bigint) => bigint): Coding => ({
  put: (bytes, raw) => void integerBytes(BigInt(raw), bytes.length).copy(bytes),
  get: (bytes) => sign(bytes.length * 8, unsigned(bytes)),
})
const SIGNED = whole((bits, value) => BigInt.asIntN(bits, value))
const UNSIGNED = whole((bits, value) => BigInt.asUintN(bits, value))
const BCD: Coding = {
  put: (bytes, raw) => void bytes.write(String(raw).padStart(bytes.length * 2, '0'), 'hex'),
  get: (bytes) => BigInt(bytes.toString('hex')),
}

const NUMBERS: Record<NumberType, Coding> = {
  int16: SIGNED,
  int32: SIGNED,
  int64: SIGNED,
  uint16: UNSIGNED,
  uint32: UNSIGNED,
  uint64: UNSIGNED,
  float32: {
    put: (bytes, raw) => void bytes.writeFloatBE(Number(raw)),
    get: (bytes) => bytes.readFloatBE(),
  },
  float64: {
    put: (bytes, raw) => void bytes.writeDoubleBE(Number(raw)),
    get: (bytes) => bytes.readDoubleBE(),
  },
  bcd16: BCD,
  bcd32: BCD,
  bcd64: BCD,
}

function numberBytes(type: NumberType, raw: number | bigint): Buffer {
  const bytes = Buffer.alloc(bitsOf(type) / 8)
  NUMBERS[type].put(bytes, raw)
  return bytes
}

function integerBytes(value: bigint, length: number): Buffer {
  const hex = BigInt.asUintN(length * 8, value).toString(16)
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex')
}

function unsigned(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}

function textBytes(text: string, length: number): Buffer {
  return Buffer.from(text.slice(0, length).padEnd(length, '\0'), 'latin1')
}

function plainOrder(bytes: number): string {
  return 'ABCDEFGH'.slice(0, bytes)
}

/** The n-th byte on the wire is the one that the n-th letter names; a short order repeats. */
function shuffled(bytes: Buffer, order: string): Buffer {
  return bytes.map((_, i) => bytes[place(i, order)] ?? 0) as Buffer
}

function unshuffled(wire: Buffer, order: string): Buffer {
  const bytes = Buffer.alloc(wire.length)
  wire.forEach((byte, i) => (bytes[place(i, order)] = byte))
  return bytes
}

function place(i: number, order: string): number {
  return i - (i % order.length) + order.charCodeAt(i % order.length) - 65
}

function toBytes(words: Uint16Array): Buffer {
  const bytes = Buffer.alloc(words.length * 2)
  words.forEach((word, i) => bytes.writeUInt16BE(word, i * 2))
  return bytes
}

function fromBytes(bytes: Buffer): Uint16Array {
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2))
}
