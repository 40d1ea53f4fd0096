import type { Table, WritableTable } from './bank.ts'
import { EXCEPTION, type Unit } from './unit.ts'

/** What a request is about: what faults are aimed at. */
export interface Asked {
  readonly unit: number
  readonly table: Table | undefined
  readonly address: number
  readonly count: number
}

const TABLES: Record<number, Table> = {
  1: 'coil',
  2: 'discrete',
  3: 'holding',
  4: 'input',
  5: 'coil',
  6: 'holding',
  15: 'coil',
  16: 'holding',
  22: 'holding',
  23: 'holding',
}
const WRITES_ONE = [5, 6, 22]

export function askedBy(unit: number, pdu: Buffer): Asked {
  const code = pdu[0] ?? 0
  const word = (at: number) => (pdu.length >= at + 2 ? pdu.readUInt16BE(at) : 0)
  return { unit, table: TABLES[code], address: word(1), count: WRITES_ONE.includes(code) ? 1 : word(3) }
}

/** Does what a request PDU asks of a unit; its reply PDU. */
export function replyTo(pdu: Buffer, unit: Unit | undefined): Buffer {
  // A gateway whose unit does not answer says so with 0B.
  if (!unit) return exceptionTo(pdu, EXCEPTION.targetSilent)
  const work = FUNCTIONS[pdu[0] ?? 0]
  if (!work) return exceptionTo(pdu, EXCEPTION.illegalFunction)
  if (pdu.length < work.length) return exceptionTo(pdu, EXCEPTION.illegalValue)
  const reply = work.make(pdu, unit)
  return typeof reply === 'number' ? exceptionTo(pdu, reply) : reply
}

export function exceptionTo(pdu: Buffer, code: number): Buffer {
  return Buffer.from([(pdu[0] ?? 0) | 0x80, code])
}

interface Work {
  /** Of the shortest request. */
  readonly length: number
  /** A reply, or the code of an exception. */
  make(pdu: Buffer, unit: Unit): Buffer | number
}

const readBits = (table: Table): Work => ({
  length: 5,
  make(pdu, unit) {
    const count = pdu.readUInt16BE(3)
    if (count < 1 || count > 2_000) return EXCEPTION.illegalValue
    const words = unit.read(table, pdu.readUInt16BE(1), count)
    return typeof words === 'number' ? words : withData(pdu, packBits(words))
  },
})

const readRegisters = (table: Table): Work => ({
  length: 5,
  make(pdu, unit) {
    const count = pdu.readUInt16BE(3)
    if (count < 1 || count > 125) return EXCEPTION.illegalValue
    const words = unit.read(table, pdu.readUInt16BE(1), count)
    return typeof words === 'number' ? words : withData(pdu, packWords(words))
  },
})

const FUNCTIONS: Record<number, Work> = {
  1: readBits('coil'),
  2: readBits('discrete'),
  3: readRegisters('holding'),
  4: readRegisters('input'),
  5: {
    length: 5,
    make(pdu, unit) {
      const value = pdu.readUInt16BE(3)
      if (value !== 0 && value !== 0xff00) return EXCEPTION.illegalValue
      return written(pdu, unit, 'coil', [value === 0 ? 0 : 1])
    },
  },
  6: {
    length: 5,
    make: (pdu, unit) => written(pdu, unit, 'holding', [pdu.readUInt16BE(3)]),
  },
  15: {
    length: 7,
    make(pdu, unit) {
      const count = pdu.readUInt16BE(3)
      const bytes = Math.ceil(count / 8)
      if (count < 1 || count > 1_968 || pdu[5] !== bytes || pdu.length < 6 + bytes) {
        return EXCEPTION.illegalValue
      }
      const bit = (_: unknown, i: number) => ((pdu[6 + (i >> 3)] ?? 0) >> (i & 7)) & 1
      return written(pdu, unit, 'coil', Array.from({ length: count }, bit))
    },
  },
  16: {
    length: 8,
    make(pdu, unit) {
      const count = pdu.readUInt16BE(3)
      if (count < 1 || count > 123 || pdu[5] !== count * 2 || pdu.length < 6 + count * 2) {
        return EXCEPTION.illegalValue
      }
      return written(pdu, unit, 'holding', wordsAt(pdu, 6, count))
    },
  },
  22: {
    length: 7,
    make(pdu, unit) {
      const address = pdu.readUInt16BE(1)
      const before = unit.read('holding', address, 1)
      if (typeof before === 'number') return before
      const [and, or] = [pdu.readUInt16BE(3), pdu.readUInt16BE(5)]
      const after = ((before[0] ?? 0) & and) | (or & ~and)
      return unit.write('holding', address, [after & 0xffff]) ?? Buffer.from(pdu.subarray(0, 7))
    },
  },
  23: {
    length: 12,
    make(pdu, unit) {
      const [from, count, to, size] = wordsAt(pdu, 1, 4) as [number, number, number, number]
      const good = count >= 1 && count <= 125 && size >= 1 && size <= 121
      if (!good || pdu[9] !== size * 2 || pdu.length < 10 + size * 2) return EXCEPTION.illegalValue
      // MAP 6.17: the write comes first; what can't be read must not have been written.
      const before = unit.read('holding', from, count)
      if (typeof before === 'number') return before
      const declined = unit.write('holding', to, wordsAt(pdu, 10, size))
      if (declined !== undefined) return declined
      const words = unit.read('holding', from, count)
      return typeof words === 'number' ? words : withData(pdu, packWords(words))
    },
  },
}

/** Replies to writes repeat the head of the request. */
function written(pdu: Buffer, unit: Unit, table: WritableTable, words: readonly number[]): Buffer | number {
  return unit.write(table, pdu.readUInt16BE(1), words) ?? Buffer.from(pdu.subarray(0, 5))
}

function withData(pdu: Buffer, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([pdu[0] ?? 0, data.length]), data])
}

function wordsAt(pdu: Buffer, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => pdu.readUInt16BE(from + i * 2))
}

function packWords(words: Uint16Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength).swap16()
}

function packBits(bits: Uint16Array): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8))
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  })
  return bytes
}
