import { expect, it } from 'vitest'
import { historyNumber } from './history-number.ts'

const number = (extremes: number[], percentile: number, days = extremes.length) =>
  historyNumber(extremes, { percentile, days })

it('is the extreme that so many percent of them do not exceed, in proportion between two', () => {
  expect(number([5, 1, 4, 2, 3], 0)).toBe(1)
  expect(number([5, 1, 4, 2, 3], 50)).toBe(3)
  expect(number([5, 1, 4, 2, 3], 75)).toBe(4)
  expect(number([5, 1, 4, 2, 3], 80)).toBeCloseTo(4.2, 12)
  expect(number([5, 1, 4, 2, 3], 100)).toBe(5)
  expect(number([-3, -20, 4], 50)).toBe(-3)
})

it('needs values on half of the days at least', () => {
  expect(number([7, 7], 50, 4)).toBe(7)
  expect(number([7, 7], 50, 5)).toBeUndefined()
  expect(number([], 50, 2)).toBeUndefined()
})
