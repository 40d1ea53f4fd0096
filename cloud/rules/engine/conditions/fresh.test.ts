import type { Rule } from '@ganzhi/contracts/rule'
import { describe, expect, it } from 'vitest'
import { compileRule } from '../compile-rule.ts'
import { clock, minute, sample, told } from '../engine-under-test.ts'
import type { RuleInput } from '../rule-input.ts'

const telling = (more: Pick<Partial<Rule>, 'bad' | 'nan'> = {}) =>
  compileRule(
    {
      id: 'r',
      version: 1,
      for: { property: 'p' },
      when: { fresh: 'PT10M', property: 'p' },
      severity: 'info',
      ...more,
    },
    { openSchedule: () => ({ isActive: () => true, nextEdge: () => undefined }) },
  )
const shown = (inputs: readonly RuleInput[], more?: Parameters<typeof telling>[0]) =>
  told(telling(more), [...inputs, clock(60)]).map(({ at, change, value }) =>
    change.endsWith('clear') ? `${at} gone` : `${at} ${String(value)}`,
  )

describe('what a device tells of a property', () => {
  it('is the last value of each minute, also one of the full minute itself, where it is another', () => {
    const inputs = [
      sample(0.2, 1),
      sample(0.7, 2),
      sample(1, 3),
      sample(1.1, 4),
      sample(1.2, 3),
      sample(2.5, 5),
    ]
    expect(shown(inputs)).toEqual(['1 3', '3 5', '13 gone'])
  })

  it('goes at the first full minute at which the value is too old', () => {
    expect(shown([sample(0, 1)])).toEqual(['0 1', '11 gone'])
    expect(shown([sample(0.5, 1), sample(10.4, 1)])).toEqual(['1 1', '21 gone'])
    expect(shown([sample(0.5, 1), sample(10.6, 1)])).toEqual(['1 1', '21 gone'])
    expect(shown([sample(0.5, 1), sample(30, 2)])).toEqual(['1 1', '11 gone', '30 2', '41 gone'])
  })

  it('does with samples that can not be used what the rule says', () => {
    const inputs = [sample(0.5, 1), sample(2.5, 2, 'p', 'bad-comm'), sample(3.5, Number.NaN)]
    expect(shown(inputs)).toEqual(['1 1', '11 gone'])
    expect(shown(inputs, { bad: 'reset', nan: 'reset' })).toEqual(['1 1', '11 gone'])
    expect(shown(inputs, { bad: 'clear' })).toEqual(['1 1', '2.5 gone'])
    expect(shown(inputs, { nan: 'clear' })).toEqual(['1 1', '3.5 gone'])
    expect(shown([sample(0.5, 1), sample(0.6, 1, 'p', 'stale')], { bad: 'reset' })).toEqual([])
  })

  it('is the same whatever moments the clock comes at', () => {
    const inputs = Array.from({ length: 200 }, (_, n) => sample(n * 0.17, Math.round(3 * Math.sin(n / 9))))
    const clocks = Array.from({ length: 300 }, (_, n): RuleInput => ({ kind: 'clock', at: minute(n * 0.13) }))
    const mixed = [...inputs, ...clocks].toSorted((a, b) => a.at - b.at)
    expect(shown(mixed)).toEqual(shown(inputs))
  })
})
