import { readFileSync } from 'node:fs'
import { BYTE_ORDERS, ModbusPoint } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import { expect, test } from 'vitest'
import { decodeValue } from './values.ts'

interface Fixture {
  hex: string
  value?: unknown
  big?: string
  type: string
  order?: string
}

const fixtures = JSON.parse(
  readFileSync(new URL('fixtures/values.json', import.meta.url), 'utf8'),
) as Fixture[]

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

function point(fields: object): ModbusPoint {
  return check(ModbusPoint, { id: 'p', table: 'holding', address: 0, ...fields }, 'point')
}

test.each(fixtures)('reads %o', ({ hex, value, big, ...fields }) => {
  const decoded = decodeValue(point(fields), { address: 0 }, bytes(hex))
  expect(decoded).toBe(big === undefined ? value : BigInt(big))
})

test('the fixtures hold every 32-bit and 64-bit order', () => {
  const seen = new Set(fixtures.map(({ order }) => order))
  const orders = [...BYTE_ORDERS[32].slice(1), ...BYTE_ORDERS[64].slice(1)]
  expect(orders.filter((order) => !seen.has(order))).toEqual([])
})

test('a value is found at its own address in a longer reply', () => {
  const data = bytes('000100020003')
  expect(decodeValue(point({ type: 'uint16', address: 12 }), { address: 10 }, data)).toBe(3)
  expect(decodeValue(point({ type: 'uint32', address: 11 }), { address: 10 }, data)).toBe(0x0002_0003)
})

test('bits come lowest first, as in the example of clause 6.1', () => {
  const data = bytes('cd6b05')
  const bits = Array.from({ length: 19 }, (_, i) =>
    decodeValue(point({ table: 'coil', type: 'bool', address: 19 + i }), { address: 19 }, data),
  )
  expect(bits.map(Number).join('')).toBe('1011001111010110101')
})

test.each([
  [{ type: 'float32' }, '7fc00000'],
  [{ type: 'float32', scale: 2 }, 'ff800000'],
  [{ type: 'bcd16' }, '12a4'],
])('bytes that mean no number are told as such: %o %s', (fields, hex) => {
  expect(decodeValue(point(fields), { address: 0 }, bytes(hex))).toMatchObject({
    code: 'not-a-number',
    field: 'p',
  })
})

test('a code that the enum does not name is no value', () => {
  const pump = point({ type: 'uint16', enum: { 170: true, 85: false } })
  expect(decodeValue(pump, { address: 0 }, bytes('00aa'))).toBe(true)
  expect(decodeValue(pump, { address: 0 }, bytes('0055'))).toBe(false)
  expect(decodeValue(pump, { address: 0 }, bytes('0000'))).toMatchObject({
    code: 'unmapped-value',
    remedy: 'Add 0 to the enum of the point, which has 85, 170.',
  })
})
