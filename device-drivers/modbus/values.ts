import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import { type ModbusPoint, modbusWidth, type NumberType } from '@ganzhi/contracts/profile'
import { inOrder } from './byte-order.ts'
import { isFloat, narrow, type Raw, readRaw } from './raw-number.ts'
import { isBitTable } from './request.ts'
import { scaled } from './scale.ts'
import { notANumber, unmapped } from './value-error.ts'

/** The value of `point` in `data`, which was read from `first.address` on and covers it; an error where the bytes mean none. */
export function decodeValue(
  point: ModbusPoint,
  first: { readonly address: number },
  data: Uint8Array,
): Value | GanzhiError {
  const at = point.address - first.address
  // MAP 6.1: the first bit asked for is the lowest of the first byte.
  if (isBitTable(point.table)) return ((data[at >> 3] ?? 0) & (1 << (at & 7))) !== 0
  const registers = data.subarray(at * 2, (at + modbusWidth(point)) * 2)
  switch (point.type) {
    case 'bool':
      return decodeBool(registers, point.bit)
    case 'string':
      return decodeText(inOrder(registers, point.order ?? 'AB'))
    default:
      return decodeNumber(point, point.type, inOrder(registers, point.order ?? 'ABCDEFGH'))
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

function decodeNumber(point: ModbusPoint, type: NumberType, bytes: Uint8Array): Value | GanzhiError {
  const whole = readRaw(type, bytes)
  if (whole === undefined) return notANumber(point, `0x${Buffer.from(bytes).toString('hex')}, not decimal`)
  const raw = point.bits ? fieldOf(whole, point.bits) : whole
  if (point.enum) return point.enum[String(raw)] ?? unmapped(point, raw)
  const value = scaled(raw, { ...point, float: isFloat(type) })
  return Number.isFinite(Number(value)) ? value : notANumber(point, String(value))
}

function fieldOf(raw: Raw, [low = 0, high = low]: readonly number[]): Raw {
  return narrow(BigInt.asUintN(high - low + 1, BigInt(raw) >> BigInt(low)))
}
