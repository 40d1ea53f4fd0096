import type { Value } from '@ganzhi/contracts/reading'
import { type ModbusPoint, modbusWidth, type NumberType } from '@ganzhi/contracts/profile'
import { decimalsOf, roundTo } from '../decimal.ts'
import { isBitTable } from './codec.ts'

/** The value of `point` in `data`, which was read from `first.address` on and covers it. */
export function decodeValue(point: ModbusPoint, first: { address: number }, data: Uint8Array): Value {
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
      return scaled(decodeNumber(point.type, inOrder(registers, point.order ?? 'ABCDEFGH')), point)
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

/** Puts bytes that came in `order` back to A first; an order shorter than the bytes repeats. */
function inOrder(wire: Uint8Array, order: string): Uint8Array {
  const size = Math.min(order.length, wire.length)
  const bytes = new Uint8Array(wire.length)
  wire.forEach((byte, i) => {
    const group = i - (i % size)
    bytes[group + order.charCodeAt(i % size) - 65] = byte
  })
  return bytes
}

const READ: Record<NumberType, (view: DataView) => number | bigint> = {
  int16: (view) => view.getInt16(0),
  uint16: (view) => view.getUint16(0),
  int32: (view) => view.getInt32(0),
  uint32: (view) => view.getUint32(0),
  int64: (view) => view.getBigInt64(0),
  uint64: (view) => view.getBigUint64(0),
  float32: (view) => view.getFloat32(0),
  float64: (view) => view.getFloat64(0),
}

function decodeNumber(type: NumberType, bytes: Uint8Array): number | bigint {
  return READ[type](new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
}

/**
 * raw × scale + offset. A whole raw number has exactly the decimals of scale and offset, so 3 × 0.1 is 0.3; a float
 * keeps all it says.
 */
function scaled(raw: number | bigint, { type, scale = 1, offset = 0 }: ModbusPoint): number | bigint {
  if (typeof raw === 'bigint' && scale === 1 && offset === 0) {
    const number = Number(raw)
    return Number.isSafeInteger(number) ? number : raw
  }
  const value = Number(raw) * scale + offset
  if (type === 'float32' || type === 'float64') return value
  return roundTo(value, Math.max(decimalsOf(scale), decimalsOf(offset)))
}
