import { describe, expect, it } from 'vitest'
import { step, watchFrom } from '../step.ts'
import { clock, compiled, lines, minute, sample, told } from '../engine-under-test.ts'

describe('noData', () => {
  const rule = compiled({ when: { noData: 'PT10M' } })

  it('holds that long after the last sample of whatever quality, and no longer at the next', () => {
    const inputs = [
      sample(0, 7),
      sample(5, null, 'p', 'bad-comm'),
      clock(30),
      sample(40, null, 'p', 'stale'),
      clock(40),
    ]
    expect(told(rule, inputs)).toEqual([
      {
        at: 15,
        change: 'clear → major',
        value: 7,
        why: { noData: 'PT10M', since: '2026-11-21T00:15:00.000Z' },
      },
      {
        at: 40,
        change: 'major → clear',
        value: 7,
        why: { noData: 'PT10M', since: '2026-11-21T00:40:00.000Z' },
      },
    ])
  })

  it('does not hold where a sample comes at the very moment', () => {
    expect(lines(rule, [sample(0, 7), sample(10, 7), clock(19.999)])).toEqual([])
  })

  it('counts from the first input of any kind, or from when the rule begins to look', () => {
    expect(lines(rule, [sample(0, 7, 'other'), sample(5, 7, 'other'), clock(30)])).toEqual([
      '10 clear → major',
    ])
    const { transitions } = step(rule, watchFrom(rule, minute(3)), clock(30))
    expect(transitions).toMatchObject([{ at: minute(13), value: null }])
    expect(lines(rule, [clock(0), clock(30)])).toEqual([])
  })
})

describe('stale', () => {
  const rule = compiled({ when: { stale: 'PT10M', clearFor: 'PT1M' } })

  it('holds that long after the last usable sample, and no longer at the next usable one', () => {
    const inputs = [
      sample(0, 7),
      sample(5, null, 'p', 'bad-comm'),
      sample(12, null),
      sample(20, 8),
      clock(29),
    ]
    expect(told(rule, inputs)).toMatchObject([
      { at: 10, change: 'clear → major', value: 7 },
      { at: 21, change: 'major → clear', value: 8, why: { stale: 'PT10M', clearFor: 'PT1M' } },
    ])
  })

  it.each(['reset', 'clear'] as const)('is not ended by bad samples where the rule says %s', (bad) => {
    const strict = compiled({ when: { stale: 'PT10M' }, bad, nan: bad })
    const inputs = [
      sample(0, 7),
      sample(9, 0, 'p', 'bad-comm'),
      sample(12, 0, 'p', 'bad-comm'),
      sample(13, null),
    ]
    expect(lines(strict, [...inputs, clock(30)])).toEqual(['10 clear → major'])
  })
})
