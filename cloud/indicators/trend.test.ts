import { describe, expect, test } from 'vitest'
import { standingOf } from './standing.ts'
import { courseOf, trendOf } from './trend.ts'

describe('a trend', () => {
  test.each([
    [[1, 2, 3, 4, 5, 6, 7, 8], 'rising'],
    [[8, 7, 6, 5, 4, 3, 2, 1], 'falling'],
    [[5, 5, 5, 5, 5, 5, 5, 5], 'steady'],
    // 23 of 28 pairs rise.
    [[1, 3, 2, 4, 6, 5, 5, 7], 'rising'],
    [[1, 2, 3, 900, 4, 5, 6, 7], 'rising'],
    [[3, 1, 4, 1, 5, 2, 6, 1], 'steady'],
    [[null, null, null, 1, 2, 3, 4, 5], 'rising'],
    [[null, null, null, null, 2, 3, 4, 5], null],
  ] as const)('of %j is %s', (values, trend) => {
    expect(trendOf(values)).toBe(trend)
  })

  test('is good or bad by what is better', () => {
    expect(courseOf('rising', 'higher')).toBe('better')
    expect(courseOf('rising', 'lower')).toBe('worse')
    expect(courseOf('falling', 'lower')).toBe('better')
    expect(courseOf('falling', undefined)).toBeNull()
    expect(courseOf('steady', 'lower')).toBeNull()
  })
})

describe('a standing', () => {
  const both = { amber: { above: 235, below: 198 }, red: { above: 242 } }
  test.each([
    [both, 220, 'green'],
    [both, 235, 'green'],
    [both, 235.1, 'amber'],
    [both, 197.9, 'amber'],
    [both, 243, 'red'],
    [both, null, 'missing'],
    [{}, 220, null],
    [{}, null, 'missing'],
  ] as const)('of %j at %s is %s', (limits, value, standing) => {
    expect(standingOf(limits, value)).toBe(standing)
  })
})
