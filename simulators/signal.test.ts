import { expect, test } from 'vitest'
import { daily, hourOfDay, keyOf, rushHour, wander } from './signal.ts'

const NOON = Date.UTC(2026, 10, 21, 4)
const seconds = Array.from({ length: 5_000 }, (_, i) => NOON + i * 1_000)

test('one seed and moment give one value, another seed or name another', () => {
  expect(wander(keyOf(1, 'air', 3), NOON)).toBe(wander(keyOf(1, 'air', 3), NOON))
  const others = [keyOf(2, 'air', 3), keyOf(1, 'air', 4), keyOf(1, 'well', 3)]
  expect(new Set([keyOf(1, 'air', 3), ...others].map((key) => wander(key, NOON))).size).toBe(4)
})

test('a walk stays in its range, uses it, and never jumps', () => {
  const values = seconds.map((ms) => wander(keyOf(7, 'x'), ms))
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1)
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5)
  const steps = values.slice(1).map((value, i) => Math.abs(value - (values[i] ?? 0)))
  expect(Math.max(...steps)).toBeLessThan(0.1)
})

test('a day is that of Shanghai', () => {
  expect(hourOfDay(NOON)).toBe(12)
  expect(daily(NOON, 12)).toBeCloseTo(1)
  expect(rushHour(NOON - 4 * 3_600_000)).toBeGreaterThan(rushHour(NOON - 8 * 3_600_000))
})
