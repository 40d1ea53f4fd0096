import { expect, test } from 'vitest'
import { configText, faultLine } from './config-text.ts'

const TEXT = `gateway: gw-1
links:
  - id: a
    devices:
      - { id: one, unit: 1 }
      - id: two
        unit: 900
  - &second
    id: b
`

function placeOf(...path: (string | number)[]) {
  const { line, column } = configText(TEXT).fault(path, 'is wrong')
  return [line, column]
}

test('a field is found by the line and column of its name', () => {
  expect(placeOf('gateway')).toEqual([1, 1])
  expect(placeOf('links', 0, 'devices', 0, 'unit')).toEqual([5, 20])
  expect(placeOf('links', 0, 'devices', 1, 'unit')).toEqual([7, 9])
  expect(placeOf('links', '1', 'id')).toEqual([9, 5])
})

test('what is missing is named where it should stand', () => {
  expect(placeOf('links', 0, 'devices', 1, 'profile')).toEqual([6, 9])
  expect(placeOf('nats', 'servers')).toEqual([1, 1])
  expect(placeOf('links', 7)).toEqual([2, 1])
})

test('what is no YAML is a fault at its place, all of them at once', () => {
  const { faults, value } = configText('gateway: gw-1\ndata: here\ndata: there\nlinks: [\n')
  expect(faults.map(({ line }) => line)).toEqual([3, 5])
  expect(value).toMatchObject({ gateway: 'gw-1' })
})

test('a fault is one line that editors can jump to', () => {
  const fault = configText(TEXT).fault(['links', 0, 'devices', 1, 'unit'], 'must be <= 255', 'Correct it.')
  expect(faultLine('gateway.yaml', fault)).toBe(
    'gateway.yaml:7:9: links[0].devices[1].unit must be <= 255. Correct it.',
  )
  expect(faultLine('gateway.yaml', { path: '', message: 'ENOENT' })).toBe('gateway.yaml: the file ENOENT')
})

test('an alias without its anchor is a fault', () => {
  expect(configText('points: *p').faults).toMatchObject([
    { line: 1, message: expect.stringMatching(/alias/i) as string },
  ])
})
