import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadProfile } from './profile.ts'

const names = { zh: '表', en: 'Meter' }
const level = { id: 'level', names, type: 'float', access: 'r' }
const point = { id: 'level', table: 'holding', address: 0, type: 'float32' }

function profile(property: object, ...points: object[]) {
  const properties = [
    { ...level, ...property },
    { ...level, id: 'state', type: 'bool' },
  ]
  return {
    id: 'acme/m1',
    version: 1,
    maker: 'ACME',
    model: 'M1',
    names,
    properties,
    protocols: { modbus: { points: points.length > 0 ? points : [point] } },
  }
}

test('a profile is read from its YAML', () => {
  const good = profile({ range: [0, 10], decimals: 2, minReportMs: 1_000, maxReportMs: 60_000 })
  expect(loadProfile(stringify(good))).toEqual(good)
})

test.each([
  ['properties[0].range', profile({ range: [10, 0] })],
  ['properties[0].range', profile({ type: 'text', range: [0, 1] })],
  ['properties[0].decimals', profile({ type: 'integer', decimals: 1 })],
  ['properties[0].counter', profile({ type: 'bool', counter: true })],
  ['properties[0].minReportMs', profile({ minReportMs: 2_000, maxReportMs: 1_000 })],
  ['properties[1].id', profile({ id: 'state' })],
  ['protocols.modbus.points[1].id', profile({}, point, point)],
  ['protocols.modbus.points[0].id', profile({}, { ...point, id: 'depth' })],
  ['protocols.modbus.points[0].order', profile({}, { ...point, order: 'AB' })],
  ['protocols.modbus.points[0].type', profile({}, { ...point, id: 'state' })],
  ['protocols.modbus.points[0].type', profile({ type: 'integer' })],
  ['protocols.modbus.points[0].type', profile({ type: 'integer' }, { ...point, type: 'int16', scale: 0.5 })],
  ['protocols.modbus.points[0].type', profile({ type: 'text' })],
  [
    'events[1].id',
    {
      ...profile({}),
      events: [
        { id: 'full', names },
        { id: 'full', names },
      ],
    },
  ],
  [
    'commands[1].id',
    {
      ...profile({}),
      commands: [
        { id: 'stop', names },
        { id: 'stop', names },
      ],
    },
  ],
  ['properties[0].unit', profile({ unit: 'ug / m3' })],
])('%s is refused by name, with a remedy', (field, bad) => {
  expect(() => loadProfile(stringify(bad))).toThrow(
    expect.objectContaining({ code: 'bad-input', field, remedy: expect.any(String) as string }),
  )
})

test('what is not YAML is refused with its line', () => {
  expect(() => loadProfile('id: a\n  version: [1')).toThrow(/line 2|line 1/)
})
