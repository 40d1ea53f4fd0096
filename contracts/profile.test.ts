import { expect, test } from 'vitest'
import { BYTE_ORDERS, bitsOf, ModbusPoint, modbusWidth, Profile } from './profile.ts'
import { check } from './schema.ts'

const meter = {
  id: 'acme/m1',
  version: 1,
  maker: 'ACME',
  model: 'M1',
  names: { zh: '表', en: 'Meter' },
  properties: [
    {
      id: 'level',
      names: { zh: '水位', en: 'Level' },
      type: 'float',
      access: 'r',
      deadband: { absolute: 0.1 },
    },
  ],
  protocols: { modbus: { points: [{ id: 'level', table: 'holding', address: 0, type: 'float32' }] } },
}

function point(fields: object): ModbusPoint {
  return check(ModbusPoint, { id: 'p', table: 'holding', address: 0, type: 'int16', ...fields }, 'point')
}

test('a profile that is right is taken as it is', () => {
  expect(check(Profile, meter, 'profile')).toEqual(meter)
})

test.each([
  ['properties[0].type', { properties: [{ ...meter.properties[0], type: 'real' }] }],
  ['properties[0].deadband', { properties: [{ ...meter.properties[0], deadband: {} }] }],
  [
    'properties[0].deadband',
    { properties: [{ ...meter.properties[0], deadband: { absolute: 1, percent: 1 } }] },
  ],
  ['properties[0].unit', { properties: [{ ...meter.properties[0], unit: 'µg per m3' }] }],
  ['protocols.modbus.points[0].table', modbusWith({ table: 'register' })],
  ['protocols.modbus.points[0].address', modbusWith({ address: 65_536 })],
  ['protocols.modbus.points[0].adress', modbusWith({ adress: 1 })],
  ['caveats[0].link', { caveats: [{ text: meter.names, link: 'see the manual' }] }],
  ['id', { id: 'Meter One' }],
])('a fault in %s is named by its path', (field, change) => {
  expect(() => check(Profile, { ...meter, ...change }, 'profile')).toThrow(
    expect.objectContaining({ code: 'bad-input', blame: 'caller', field }),
  )
})

function modbusWith(change: object) {
  return { protocols: { modbus: { points: [{ ...meter.protocols.modbus.points[0], ...change }] } } }
}

test('a point is as wide as its type', () => {
  const widths = ['bool', 'int16', 'uint32', 'float64'].map((type) => modbusWidth(point({ type })))
  expect([...widths, modbusWidth(point({ type: 'string', registers: 9 }))]).toEqual([1, 1, 2, 4, 9])
})

test('every byte order uses each byte of its width once', () => {
  for (const bits of [16, 32, 64] as const) {
    for (const order of BYTE_ORDERS[bits]) {
      expect([...order].sort().join('')).toBe('ABCDEFGH'.slice(0, bits / 8))
    }
  }
  expect(bitsOf('float64')).toBe(64)
})
