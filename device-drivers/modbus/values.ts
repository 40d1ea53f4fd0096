import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import { bitsOf, type ModbusPoint, modbusWidth, type NumberType } from '@ganzhi/contracts/profile'
import { inOrder, placesOf } from './byte-order.ts'
import { isFloat, narrow, type Raw, rawReader } from './raw-number.ts'
import { isBitTable } from './request.ts'
import { scaling } from './scale.ts'
import { notANumber, unmapped } from './value-error.ts'

/** The value in `data`, of which its first byte is at `at`; an error where the bytes mean none. */
type Decoder = (data: Uint8Array, at: number) => Value | GanzhiError

/** Points are read again and again: what follows from their description is worked out once. */
const decoders = new WeakMap<ModbusPoint, Decoder>()

/** The value of `point` in `data`, which was read from `first.address` on and covers it; an error where the bytes mean none. */
export function decodeValue(
  point: ModbusPoint,
  first: { readonly address: number },
  data: Uint8Array,
): Value | GanzhiError {
  const at = point.address - first.address
  // MAP 6.1: the first bit asked for is the lowest of the first byte.
  if (isBitTable(point.table)) return ((data[at >> 3] ?? 0) & (1 << (at & 7))) !== 0
  let decode = decoders.get(point)
  if (!decode) decoders.set(point, (decode = decoderOf(point)))
  return decode(data, at * 2)
}

function decoderOf(point: ModbusPoint): Decoder {
  const { type, bit } = point
  switch (type) {
    case 'bool':
      return (data, at) => decodeBool(data.subarray(at, at + 2), bit)
    case 'string': {
      const [length, order] = [modbusWidth(point) * 2, point.order ?? 'AB']
      return (data, at) => decodeText(inOrder(data.subarray(at, at + length), order))
    }
    default:
      return numberDecoder(point, type)
  }
}

function decodeBool(register: Uint8Array, bit: number | undefined): boolean {
  const [high = 0, low = 0] = register
  const word = (high << 8) | low
  return bit === undefined ? word !== 0 : (word & (1 << bit)) !== 0
}

function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trimEnd()
}

function numberDecoder(point: ModbusPoint, type: NumberType): Decoder {
  const places = placesOf(point.order ?? 'ABCDEFGH', bitsOf(type) / 8)
  const bytes = new Uint8Array(places.length)
  const read = rawReader(type, bytes)
  const scaled = scaling({ ...point, float: isFloat(type) })
  return (data, at) => {
    for (let i = 0; i < places.length; i++) bytes[places[i] ?? 0] = data[at + i] ?? 0
    const whole = read()
    if (whole === undefined) return notANumber(point, `0x${Buffer.from(bytes).toString('hex')}, not decimal`)
    const raw = point.bits ? fieldOf(whole, point.bits) : whole
    if (point.enum) return point.enum[String(raw)] ?? unmapped(point, raw)
    const value = scaled(raw)
    return Number.isFinite(Number(value)) ? value : notANumber(point, String(value))
  }
}

function fieldOf(raw: Raw, [low = 0, high = low]: readonly number[]): Raw {
  return narrow(BigInt.asUintN(high - low + 1, BigInt(raw) >> BigInt(low)))
}
