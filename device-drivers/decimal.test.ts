import { expect, test } from 'vitest'
import { decimalsOf, roundTo } from './decimal.ts'

test.each([
  [1, 0],
  [40, 0],
  [0.1, 1],
  [-0.25, 2],
  [1e-7, 7],
  [1.5e-7, 8],
  [1e21, 0],
])('%d has %d decimals', (n, decimals) => {
  expect(decimalsOf(n)).toBe(decimals)
})

test.each([
  [3 * 0.1, 1, 0.3],
  [21.549, 1, 21.5],
  [-0.04, 1, 0],
  [1e300, 2, 1e300],
  [NaN, 2, NaN],
  [-Infinity, 0, -Infinity],
])('%d to %d decimals is %d', (n, decimals, rounded) => {
  expect(roundTo(n, decimals)).toBe(rounded)
})
