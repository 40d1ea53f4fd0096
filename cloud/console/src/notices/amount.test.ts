import { describe, expect, test } from 'vitest'
import { amountOf, durationOf } from './amount.ts'

describe('a duration', () => {
  test('is shown in the longest unit of which it is a whole number', () => {
    expect(amountOf('PT5M')).toEqual({ amount: 5, unit: 'M' })
    expect(amountOf('PT3600S')).toEqual({ amount: 1, unit: 'H' })
    expect(amountOf('P1DT12H')).toEqual({ amount: 36, unit: 'H' })
    expect(amountOf('PT1H30M')).toEqual({ amount: 90, unit: 'M' })
    expect(amountOf('PT1.5S')).toEqual({ amount: 1.5, unit: 'S' })
    expect(amountOf('PT0S')).toEqual({ amount: 0, unit: 'S' })
  })

  test('is written as it was read', () => {
    for (const duration of ['P7D', 'PT36H', 'PT90M', 'PT1.5S', 'PT0S'])
      expect(durationOf(amountOf(duration))).toBe(duration)
  })
})
