import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample } from './engine-under-test.ts'

describe('a condition', () => {
  it('is on at the input by which it holds, and off at that by which it does not, where nothing else is said', () => {
    const rule = compiled({ when: { above: 75 } })
    expect(lines(rule, [sample(1, 75), sample(2, 76), sample(3, 75), clock(3)])).toEqual([
      '2 clear → major',
      '3 major → clear',
    ])
  })

  const high = compiled({ when: { above: 75, clearBelow: 70, for: 'PT5M', clearFor: 'PT2M' } })

  it('is on when it has been pending for its time, counted from the first input by which it holds', () => {
    expect(lines(high, [sample(0, 80), sample(3, 90), clock(4.999), clock(5)])).toEqual(['5 clear → major'])
  })

  it('is not on where an input of the very moment at which it would be ends the pending', () => {
    expect(lines(high, [sample(0, 80), sample(5, 60), clock(9)])).toEqual([])
  })

  it('begins its pending anew after a value that is in between', () => {
    expect(lines(high, [sample(0, 80), sample(4, 72), sample(6, 80), clock(20)])).toEqual([
      '11 clear → major',
    ])
  })

  it('is off when it has been clearing for its time, unless a value in between or one by which it holds comes first', () => {
    const inputs = [
      sample(0, 80),
      sample(10, 69),
      sample(11, 72),
      sample(12, 69),
      sample(14, 80),
      sample(15, 69),
    ]
    expect(lines(high, [...inputs, clock(30)])).toEqual(['5 clear → major', '17 major → clear'])
  })

  it('goes on pending in silence: a value holds until the next one', () => {
    expect(lines(high, [sample(0, 80), clock(600)])).toEqual(['5 clear → major'])
  })

  it('takes inputs of one moment each on its own, and tells nothing of what began and ended in it', () => {
    const rule = compiled({ when: { above: 75 } })
    expect(lines(rule, [sample(1, 80), sample(1, 60), clock(2)])).toEqual([])
    const clearing = compiled({ when: { above: 75, clearFor: 'PT2M' } })
    expect(lines(clearing, [sample(1, 80), sample(1, 60), clock(9)])).toEqual([
      '1 clear → major',
      '3 major → clear',
    ])
  })
})
