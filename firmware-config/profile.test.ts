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

const whole = { ...point, type: 'int16' }
const interlock = { property: 'level', reason: names }

function stateWith(fields: object) {
  const good = profile({})
  return { ...good, properties: [good.properties[0], { ...good.properties[1], ...fields }] }
}

function locked(fields: object) {
  return stateWith({ access: 'rw', interlocks: [{ ...interlock, ...fields }] })
}

function limited(limits: object) {
  return { ...profile({}), protocols: { modbus: { points: [point], limits } } }
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
  ['properties[0].range', profile({ type: 'integer', range: [0, 0.5] })],
  ['properties[0].range', profile({ decimals: 1, range: [0, 0.25] })],
  ['properties[0].labels', profile({ labels: { '1': names } })],
  ['properties[0].labels', profile({ type: 'integer', range: [0, 3], labels: { '4': names } }, whole)],
  ['properties[0].deadband', profile({ counter: true, deadband: { absolute: 1 } })],
  ['properties[0].deadband', profile({ deadband: { perSecond: 1 } })],
  ['properties[1].deadband', stateWith({ deadband: { percent: 1 } })],
  ['properties[0].maxReportMs', profile({ intervalMs: 2_000, maxReportMs: 1_000 })],
  ['properties[0].dangerous', profile({ dangerous: true })],
  ['properties[0].interlocks', profile({ interlocks: [{ ...interlock, atLeast: 1 }] })],
  ['properties[1].interlocks[0]', stateWith({ access: 'rw', interlocks: [interlock] })],
  ['properties[1].interlocks[0].property', locked({ property: 'depth', atLeast: 1 })],
  ['properties[1].interlocks[0].property', locked({ property: 'state', atLeast: 1 })],
  ['properties[1].interlocks[0].equals', locked({ equals: 'full' })],
  ['properties[1].interlocks[0].atLeast', locked({ atLeast: 2, atMost: 1 })],
  ['properties[1].interlocks[0].writing', locked({ atLeast: 1, writing: 1 })],
  ['protocols.modbus.points[0].table', profile({ access: 'rw' }, { ...point, table: 'input' })],
  ['protocols.modbus.points[0].type', profile({}, { ...whole, enum: { '1': 'full' } })],
  ['protocols.modbus.limits.registers', limited({ registers: 1 })],
  ['protocols.modbus.limits.refused[0].from', limited({ refused: [{ table: 'coil', from: 2, to: 1 }] })],
  ['protocols.modbus.limits.refused[0]', limited({ refused: [{ table: 'holding', from: 1, to: 9 }] })],
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

test('everything that is wrong is told at once, each with its line', () => {
  const text = stringify(profile({ range: [10, 0], dangerous: true }, { ...point, order: 'AB' }))
  const lines = text.split('\n')
  const lineOf = (start: string) => lines.findIndex((line) => line.trimStart().startsWith(start)) + 1
  expect(() => loadProfile(text, 'm1.yaml')).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        new RegExp(
          `^m1.yaml:${lineOf('range')}:\\d+: properties.0..range .*\n` +
            `m1.yaml:${lineOf('dangerous')}:\\d+: properties.0..dangerous .*\n` +
            `m1.yaml:${lineOf('order')}:\\d+: protocols.modbus.points.0..order .*$`,
        ),
      ) as string,
    }),
  )
})

test('what is not YAML is refused with its line', () => {
  expect(() => loadProfile('id: a\n  version: [1')).toThrow(/^profile:[12]:\d+: /)
})
