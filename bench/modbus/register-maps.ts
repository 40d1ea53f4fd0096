import type { ModbusPoint } from '@ganzhi/contracts/profile'
import type { Request } from '../yardsticks/libmodbus.ts'
import type { FlowRequest } from '../yardsticks/node-red.ts'

/** Points of one unit whose holding register n holds n, and the name by which the figures go. */
export interface RegisterMap {
  readonly name: string
  readonly points: readonly ModbusPoint[]
}

export const UNIT = 1
const MOST_REGISTERS = 125
/** Gaps that a client may read over; the yardstick takes the best of them. */
export const GAPS = [0, 4, 16, 64, MOST_REGISTERS]

/** What meters have: whole numbers with a scale and floats, side by side. */
export function dense(points: number): RegisterMap {
  const kinds = [
    { type: 'float32' },
    { type: 'int16', scale: 0.1 },
    { type: 'uint32', order: 'CDAB' },
    { type: 'uint16' },
  ] as const
  let address = 0
  const at = (i: number): ModbusPoint => {
    const kind = kinds[i % kinds.length] ?? kinds[0]
    const point = { id: `p${i}`, table: 'holding', address, ...kind } as const
    address += widthOf(point)
    return point
  }
  return { name: 'dense', points: Array.from({ length: points }, (_, i) => at(i)) }
}

export function everyThird(points: number): RegisterMap {
  return { name: 'every third', points: Array.from({ length: points }, (_, i) => single(i, i * 3)) }
}

/** Ten registers, then 140 that nobody wants. */
export function islands(points: number): RegisterMap {
  const address = (i: number): number => Math.floor(i / 10) * 150 + (i % 10)
  return { name: 'islands', points: Array.from({ length: points }, (_, i) => single(i, address(i))) }
}

function single(i: number, address: number): ModbusPoint {
  return { id: `p${i}`, table: 'holding', address, type: 'int16', scale: 0.1 }
}

function widthOf({ type }: ModbusPoint): number {
  return type.endsWith('32') ? 2 : 1
}

/** What must be read when register n holds n. */
export function truth({ type, order, address, scale = 1 }: ModbusPoint): number {
  if (!type.endsWith('32')) return Math.round(address * scale * 10) / 10
  const words = order === 'CDAB' ? [address + 1, address] : [address, address + 1]
  const view = new DataView(Uint16Array.from(words).buffer)
  const [high = 0, low = 0] = words
  view.setUint16(0, high)
  view.setUint16(2, low)
  return type === 'float32' ? view.getFloat32(0) : view.getUint32(0)
}

/** As few requests as there are when gaps of up to `gap` registers are read over. */
export function batches({ points }: RegisterMap, gap: number): Request[] {
  const requests: { unit: number; address: number; count: number }[] = []
  for (const point of points) {
    const end = point.address + widthOf(point)
    const last = requests.at(-1)
    const fits =
      last && point.address - last.address - last.count <= gap && end - last.address <= MOST_REGISTERS
    if (fits) last.count = end - last.address
    else requests.push({ unit: UNIT, address: point.address, count: end - point.address })
  }
  return requests
}

/** The longest batches, with what a flow must know to make values of their bytes. */
export function flowRequests(map: RegisterMap): FlowRequest[] {
  const read = {
    int16: 'readInt16BE',
    uint16: 'readUInt16BE',
    float32: 'readFloatBE',
    uint32: 'readUInt32BE',
  } as const
  return batches(map, MOST_REGISTERS).map((request) => ({
    ...request,
    points: map.points
      .filter(({ address }) => address >= request.address && address < request.address + request.count)
      .map(({ id, address, type, order, scale = 1 }) => ({
        id,
        offset: address - request.address,
        read: read[type as keyof typeof read],
        wordsSwapped: order === 'CDAB',
        scale,
      })),
  }))
}
