import type { Rule } from '@ganzhi/contracts/rule'
import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from './engine-under-test.ts'

const bad = (at: number, property = 'p') => sample(at, 99, property, 'bad-comm')

describe('a sample that cannot be used', () => {
  const high = (fields: Partial<Rule>) =>
    compiled({ when: { above: 75, for: 'PT5M', clearFor: 'PT5M' }, ...fields })

  it('is as if it had not come where nothing is said, be it of bad quality, another type, NaN or null', () => {
    const odd = ['text', true, null, Number.NaN, [1]].map((value, i) => sample(1 + i / 10, value))
    expect(
      lines(high({}), [sample(0, 80), ...odd, bad(2), sample(2, 80, 'p', 'uncertain'), clock(9)]),
    ).toEqual(['5 clear → major'])
  })

  it('lets what is pending begin anew with the next sample where the rule says reset', () => {
    expect(
      lines(high({ bad: 'reset' }), [sample(0, 80), bad(3), clock(8), sample(9, 80), clock(20)]),
    ).toEqual(['14 clear → major'])
    expect(lines(high({ nan: 'reset' }), [sample(0, 80), bad(1), sample(3, null), clock(20)])).toEqual([])
  })

  it('lets what is on stay on where the rule says reset, and its clearing go on', () => {
    const inputs = [sample(0, 80), sample(6, 70), bad(8), clock(30)]
    expect(lines(high({ bad: 'reset' }), inputs)).toEqual(['5 clear → major', '11 major → clear'])
  })

  it('lets what is off forget what it counted where the rule says reset', () => {
    const share = compiled({ when: { above: 75, of: { n: 2, m: 5 } }, bad: 'reset' })
    expect(lines(share, [sample(0, 80), bad(1), sample(2, 80), clock(2)])).toEqual([])
    expect(lines(share, [sample(0, 80), sample(1, 80), bad(2), sample(3, 1), clock(3)])).toEqual([
      '1 clear → major',
    ])
    const stuck = compiled({ when: { stuck: 'PT1H' }, bad: 'reset' })
    expect(lines(stuck, [sample(0, 8), bad(1), sample(60, 8), clock(60)])).toEqual([])
    const rate = compiled({ when: { rate: { above: 1, per: 'PT1M', over: 'PT1H' } }, bad: 'reset' })
    expect(lines(rate, [sample(0, 0), bad(1), sample(2, 90), clock(2)])).toEqual([])
  })

  it('puts the alarm off at once where the rule says clear, and says so', () => {
    const inputs = [sample(0, 80), bad(6), sample(7, 80), sample(20, null), clock(20)]
    expect(told(high({ bad: 'clear', nan: 'clear' }), inputs)).toMatchObject([
      { at: 5 },
      {
        at: 6,
        change: 'major → clear',
        value: 80,
        why: { because: 'bad', since: '2026-11-21T00:06:00.000Z' },
      },
      { at: 12 },
      { at: 20, change: 'major → clear', value: 80, why: { because: 'nan' } },
    ])
  })

  it('concerns only conditions about its property, and an expression that mentions it', () => {
    const rule = compiled({ when: { above: 75, property: 'q' }, bad: 'clear' })
    expect(lines(rule, [sample(0, 80, 'q'), bad(1, 'p'), clock(1)])).toEqual(['0 clear → major'])
    const mentions = compiled({ for: {}, when: { expression: 'p > q' }, bad: 'clear' })
    const inputs = [sample(0, 2), sample(1, 1, 'q'), bad(2), sample(3, 1, 'q'), clock(3)]
    // Values stay known.
    expect(lines(mentions, inputs)).toEqual(['1 clear → major', '2 major → clear', '3 clear → major'])
  })

  it('puts all and any off at once that do not hold without what it puts off', () => {
    const [p, q] = [{ above: 75 }, { above: 75, property: 'q' }] as const
    const inputs = [sample(0, 80), sample(0, 80, 'q'), bad(3), clock(3)]
    const all = compiled({ when: { all: [p, q], clearFor: 'PT1H' }, bad: 'clear' })
    expect(told(all, inputs)).toMatchObject([{ at: 0 }, { at: 3, why: { because: 'bad' } }])
    const any = compiled({ when: { any: [p, q], clearFor: 'PT1H' }, bad: 'clear' })
    expect(lines(any, inputs)).toEqual(['0 clear → major'])
    expect(lines(any, [...inputs, bad(5, 'q'), clock(5)])).toEqual(['0 clear → major', '5 major → clear'])
  })

  it('lets a whole whose only part about the property is silence clear in its own time', () => {
    const parts = [{ noData: 'PT2M' }, { above: 75, property: 'q' }] as const
    const rule = compiled({ when: { any: [...parts], clearFor: 'PT5M' }, bad: 'clear' })
    expect(lines(rule, [sample(0, 1), bad(3), clock(4), bad(4), bad(5), bad(6), bad(8), clock(9)])).toEqual([
      '2 clear → major',
      '8 major → clear',
    ])
  })

  it('leaves a whole alone whose parts can use it, whatever it does to other levels', () => {
    const rule = compiled({
      levels: [
        { severity: 'minor', when: { any: [{ stuck: 'PT1H' }, { stale: 'PT6M' }], clearFor: 'PT3M' } },
        { severity: 'major', when: { above: 10 } },
      ],
      nan: 'clear',
    })
    expect(lines(rule, [sample(0, 1), sample(8, 'off scale'), clock(11)])).toEqual([
      '6 clear → minor',
      '11 minor → clear',
    ])
  })

  it('ends a clearing of all and any that would have ended later', () => {
    const all = compiled({
      when: { all: [{ above: 75 }, { above: 75, property: 'q' }], clearFor: 'PT1H' },
      bad: 'clear',
    })
    const inputs = [sample(0, 80), sample(0, 80, 'q'), sample(1, 1, 'q'), bad(3), clock(3)]
    expect(lines(all, inputs)).toEqual(['0 clear → major', '3 major → clear'])
  })
})
