import { expect, test } from 'vitest'
import { UnitTiming } from './unit-timing.ts'

function timing(...replies: number[]): UnitTiming {
  const unit = new UnitTiming({ timeoutMs: 1_000 })
  for (const ms of replies) unit.answered(ms)
  return unit
}

function times(n: number, ms: number): number[] {
  return Array.from({ length: n }, () => ms)
}

test('a unit that is not known is waited for as long as may be', () => {
  expect(timing(...times(9, 5)).timeoutMs).toBe(1_000)
})

test('a unit is waited for three times as long as its slowest reply of late took', () => {
  expect(timing(...times(50, 5), 80, ...times(50, 5)).timeoutMs).toBe(240)
  expect(timing(80, ...times(100, 5)).timeoutMs).toBe(100)
})

test('a reply that did not come is waited for longer next time, up to the most, and not after one that did', () => {
  const unit = timing(...times(20, 50))
  const waits = [1, 2, 3, 4].map(() => {
    unit.unanswered()
    return unit.timeoutMs
  })
  expect(waits).toEqual([300, 600, 1_000, 1_000])
  unit.answered(50)
  expect(unit.timeoutMs).toBe(150)
})

test('the mean follows a unit that becomes slower, and not one slow reply', () => {
  expect(timing(...times(20, 10), 90).meanMs).toBeLessThan(25)
  expect(timing(...times(20, 10), ...times(20, 90)).meanMs).toBeGreaterThan(80)
})
