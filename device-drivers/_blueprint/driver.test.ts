import { expect, test } from 'vitest'
import { fakeMemory } from '../fake-memory.ts'
import { manualClock } from '../manual-clock.ts'
import { parseLine, takeLines } from './codec.ts'
import { blueprint } from './driver.ts'
import { lineDevice } from './line-device.ts'

const NEVER = new AbortController().signal

test.each([
  ['temp 12.5', { kind: 'value', name: 'temp', value: 12.5, told: false }],
  ['* temp -3', { kind: 'value', name: 'temp', value: -3, told: true }],
  ['temp !broken', { kind: 'refusal', name: 'temp', reason: 'broken' }],
  ['LIST temp pump', { kind: 'list', names: ['temp', 'pump'] }],
  ['LIST', { kind: 'list', names: [] }],
  ['HELLO dev-1', { kind: 'hello', device: 'dev-1' }],
])('%j is understood', (line, message) => {
  expect(parseLine(line)).toEqual(message)
})

test.each(['', 'temp', 'temp 1e', 'temp 12.5 13', 'TEMP 12', 'temp  12', 'temp 0x10'])(
  '%j is no message',
  (line) => {
    expect(parseLine(line)).toBeUndefined()
  },
)

test('lines are taken from a stream however it was cut', () => {
  expect(takeLines('temp 12.5\npump')).toEqual({ lines: ['temp 12.5'], rest: 'pump' })
})

test('an answer that comes after its time is never that of the next request', async () => {
  await using device = await lineDevice({ temp: '12.5', pump: '1' })
  device.silent = true
  const clock = manualClock()
  const link = await blueprint.open(
    { host: '127.0.0.1', port: device.port },
    { clock, memory: fakeMemory(), report: () => {} },
  )
  await using _ = link
  const points = [
    { id: 'temp', name: 'temp' },
    { id: 'pump', name: 'pump' },
  ]
  const [first, second] = link.reads!.plan({}, points)
  const asked = link.reads!.exchange({}, first!, { signal: NEVER })
  await clock.advance(1_000)
  expect(await asked).toMatchObject({ results: [{ error: { code: 'no-answer' } }] })
  device.silent = false
  expect(await link.reads!.exchange({}, second!, { signal: NEVER })).toMatchObject({
    results: [{ value: 1 }],
  })
})
