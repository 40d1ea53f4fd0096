import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample } from '../engine-under-test.ts'

describe('equals', () => {
  it.each([true, 3, 'open'])('holds at %s and no longer at any other value, of whatever type', (value) => {
    const rule = compiled({ when: { equals: value } })
    const inputs = [
      sample(1, 'other'),
      sample(2, value),
      sample(3, 7),
      sample(4, value),
      sample(5, false),
      clock(5),
    ]
    expect(lines(rule, inputs)).toEqual([
      '2 clear → major',
      '3 major → clear',
      '4 clear → major',
      '5 major → clear',
    ])
  })
})
