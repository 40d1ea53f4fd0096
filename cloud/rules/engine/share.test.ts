import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from './engine-under-test.ts'

describe('n of m', () => {
  it('holds while so many of the last samples meet the condition, by itself and not by what clears it', () => {
    const rule = compiled({ when: { above: 75, clearBelow: 10, of: { n: 2, m: 3 } } })
    const inputs = [sample(0, 80), sample(1, 60), sample(2, 80), sample(3, 60), sample(4, 60), clock(4)]
    expect(told(rule, inputs)).toMatchObject([
      { at: 2, change: 'clear → major', why: { above: 75, of: { n: 2, m: 3 }, counted: 2 } },
      { at: 3, change: 'major → clear', why: { above: 75, counted: 1 } },
    ])
  })

  it('counts fewer than m as they are', () => {
    const rule = compiled({ when: { above: 75, of: { n: 2, m: 5 } } })
    expect(lines(rule, [sample(0, 80), sample(1, 80), clock(1)])).toEqual(['1 clear → major'])
  })

  it('counts a rate that has too few samples as not met', () => {
    const rule = compiled({ when: { rate: { above: 1, per: 'PT1M', over: 'PT2M' }, of: { n: 2, m: 2 } } })
    const inputs = [sample(0, 0), sample(1, 5), sample(2, 10), sample(9, 90), clock(9)]
    expect(lines(rule, inputs)).toEqual(['2 clear → major', '9 major → clear'])
  })

  it('agrees with counting them again, for windows of any length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        (met, a, b) => {
          const [n, m] = [Math.min(a, b), Math.max(a, b)]
          const rule = compiled({ when: { equals: true, of: { n, m } } })
          const held = met.map((_, i) => met.slice(Math.max(0, i + 1 - m), i + 1).filter(Boolean).length >= n)
          const expected = held.flatMap((now, i) => (now === (held[i - 1] ?? false) ? [] : [i]))
          const inputs = [...met.map((value, i) => sample(i, value)), clock(met.length)]
          expect(told(rule, inputs).map(({ at }) => at)).toEqual(expected)
        },
      ),
      { seed: 2, numRuns: 300 },
    )
  })
})
