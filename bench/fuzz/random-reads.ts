import type { Request } from '@ganzhi/device-drivers/modbus/request'
import { dataBytes, dataOf, type Read } from './word-truth.ts'

const UNITS = 3
/** Few, so that replies to different requests often look alike. */
const COUNTS = [1, 2, 2, 10]

export function randomReads(pick: (below: number) => number): () => Read {
  return () => {
    const code = 1 + pick(4)
    const count = COUNTS[pick(COUNTS.length)] ?? 1
    return { unit: 1 + pick(UNITS), code, address: pick(1000), count: code <= 2 ? count * 8 : count }
  }
}

export function requestOf({ unit, code, address, count }: Read): Request {
  const table = (['coil', 'discrete', 'holding', 'input'] as const)[code - 1] ?? 'holding'
  return { kind: 'read', unit, table, address, count }
}

/** The right answer. */
export function readPdu(read: Read, generation: number): Buffer {
  return Buffer.concat([Buffer.from([read.code, dataBytes(read)]), dataOf(read, generation)])
}
