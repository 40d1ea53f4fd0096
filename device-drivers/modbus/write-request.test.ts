import { modbusPointFault } from '@ganzhi/contracts/modbus-point-fault'
import { BYTE_ORDERS, bitsOf, ModbusPoint, NUMBER_TYPES } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import { check } from '@ganzhi/contracts/schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeValue } from './values.ts'
import { writeRequest } from './write-request.ts'

function point(fields: object): ModbusPoint {
  return check(ModbusPoint, { id: 'p', table: 'holding', address: 8, type: 'uint16', ...fields }, 'point')
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

test.each<[object, Value, object]>([
  [{ table: 'coil', type: 'bool' }, true, { kind: 'write-coil', on: true }],
  [{ table: 'coil', type: 'bool', write: 'multiple' }, false, { kind: 'write-coils', on: [false] }],
  [{}, 258, { kind: 'write-register', bytes: bytes('0102') }],
  [{ write: 'multiple' }, 258, { kind: 'write-registers', bytes: bytes('0102') }],
  [{ type: 'int32', order: 'CDAB' }, -2, { kind: 'write-registers', bytes: bytes('fffeffff') }],
  [{ type: 'bool' }, true, { kind: 'write-register', bytes: bytes('0001') }],
  [{ type: 'bcd32' }, 123_456, { kind: 'write-registers', bytes: bytes('00123456') }],
  [{ type: 'string', registers: 3, order: 'BA' }, 'abc', { bytes: bytes('626100630000') }],
  [{ type: 'uint64' }, '18446744073709551615', { bytes: bytes('ffffffffffffffff') }],
  [{ scale: 0.1, offset: -40 }, 21.5, { bytes: bytes('0267') }],
  [{ scale: -1 }, -7, { bytes: bytes('0007') }],
  [{ scale: 0.1 }, 0.1 + 0.2, { bytes: bytes('0003') }],
  [{ enum: { 170: true, 85: false } }, true, { bytes: bytes('00aa') }],
  [
    { write: 'read-write', type: 'uint32' },
    1,
    { kind: 'read-write', address: 8, count: 2, write: { address: 8, bytes: bytes('00000001') } },
  ],
])('%o is set to %s by the shortest way that it allows', (fields, value, request) => {
  expect(writeRequest(3, point(fields), value)).toMatchObject({ unit: 3, address: 8, ...request })
})

test.each([
  [{ type: 'bool', bit: 5 }, true, { address: 8, and: 0xffdf, or: 0x20 }],
  [{ type: 'bool', bit: 5 }, false, { address: 8, and: 0xffdf, or: 0 }],
  [{ bits: [4, 7] }, 9, { address: 8, and: 0xff0f, or: 0x90 }],
  [{ bits: [4, 7], order: 'BA' }, 9, { address: 8, and: 0x0fff, or: 0x9000 }],
  [{ type: 'uint32', bits: [0, 3] }, 9, { address: 9, and: 0xfff0, or: 9 }],
  [{ type: 'uint32', bits: [0, 3], order: 'CDAB' }, 9, { address: 8, and: 0xfff0, or: 9 }],
  [{ bits: [0, 1], enum: { 2: 'remote' } }, 'remote', { address: 8, and: 0xfffc, or: 2 }],
])('%o is set to %s by a mask that touches no other bit', (fields, value, mask) => {
  expect(writeRequest(1, point(fields), value)).toEqual({ kind: 'mask-register', unit: 1, ...mask })
})

test.each<[object, Value, string]>([
  [{ scale: 0.1 }, 6_553.6, 'Give a number from 0 to 6553.5 in steps of 0.1.'],
  [{ scale: 0.1 }, 21.53, 'Give a number from 0 to 6553.5 in steps of 0.1.'],
  [{ type: 'int16', scale: -2 }, 1, 'Give a number from -65534 to 65536 in steps of 2.'],
  [{}, -1, 'Give a number from 0 to 65535 in steps of 1.'],
  [{}, 'one', 'Give a number from 0 to 65535 in steps of 1.'],
  [{}, Number.NaN, 'Give a number from 0 to 65535 in steps of 1.'],
  [{ type: 'bcd16' }, 10_000, 'Give a number from 0 to 9999 in steps of 1.'],
  [{ bits: [4, 7] }, 16, 'Give a number from 0 to 15 in steps of 1.'],
  [{ type: 'float32' }, 3.5e38, 'Give a number from -3.4028234663852886e+38 to 3.4028234663852886e+38.'],
  [{ enum: { 170: true, 85: 'off' } }, false, 'Give one of "off", true.'],
  [{ type: 'bool' }, 1, 'Give true or false.'],
  [{ type: 'string', registers: 1 }, '水', 'Give a text of at most 2 bytes in UTF-8, without NUL.'],
  [{ type: 'string', registers: 1 }, '\ud800', 'Give a text of at most 2 bytes in UTF-8, without NUL.'],
])('%o is not set to %s, and says what fits', (fields, value, remedy) => {
  expect(() => writeRequest(1, point(fields), value)).toThrow(
    expect.objectContaining({ code: 'bad-value', blame: 'caller', field: 'p', remedy }),
  )
})

test.each([
  { table: 'input' },
  { table: 'discrete', type: 'bool' },
  { type: 'uint32', bits: [12, 19] },
  { type: 'string', registers: 124 },
])('%o is not writable, whatever the value', (fields) => {
  const value = 'type' in fields && fields.type === 'bool' ? true : fields.type === 'string' ? 'a' : 1
  expect(() => writeRequest(1, point(fields), value)).toThrow(
    expect.objectContaining({ code: 'not-writable' }),
  )
})

const NUMBERS = fc
  .record({
    type: fc.constantFrom(...NUMBER_TYPES),
    turn: fc.nat(5),
    scale: fc.constantFrom(undefined, 0.1, 0.01, -1, 0.5, 3, 1_000),
    offset: fc.constantFrom(undefined, -40, 0.25, 7),
  })
  .map(({ type, turn, ...fields }) => {
    const orders = BYTE_ORDERS[bitsOf(type)]
    const order = orders[turn % orders.length]
    return point(JSON.parse(JSON.stringify({ type, order, ...fields })) as object)
  })

test('what was read can be written, and is then read as the same value', () => {
  const registers = fc.uint8Array({ minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(NUMBERS, registers, (where, data) => {
      fc.pre(modbusPointFault(where) === undefined)
      // A double has no digits left to tell the neighbours of so large a number apart.
      fc.pre(where.scale === undefined || !where.type.endsWith('64'))
      const value = decodeValue(where, where, data)
      fc.pre(!(value instanceof Error))
      const request = writeRequest(1, where, value)
      if (request.kind !== 'write-register' && request.kind !== 'write-registers')
        throw new Error(request.kind)
      const back = decodeValue(where, where, request.bytes)
      if (where.type.startsWith('float') && where.scale !== undefined) {
        expect(Number(back)).toBeCloseTo(Number(value), 5 - Math.log10(Math.abs(Number(value)) + 1))
      } else expect(back).toEqual(value)
    }),
    { numRuns: 2_000 },
  )
})

test('any text that fits is read as it was written, but for space at its end', () => {
  const text = fc.string({ unit: 'binary', maxLength: 4 }).filter((s) => !s.includes('\0'))
  fc.assert(
    fc.property(text, fc.constantFrom('AB', 'BA'), (value, order) => {
      const where = point({ type: 'string', registers: 8, order })
      const request = writeRequest(1, where, value)
      if (request.kind !== 'write-registers') throw new Error(request.kind)
      expect(decodeValue(where, where, request.bytes)).toBe(value.trimEnd())
    }),
  )
})
