import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from './engine-under-test.ts'
import type { RuleState } from './rule-state.ts'
import { step } from './step.ts'

const usual = { percentile: 98, days: 28 } as const
const high = (minutes: number, value: number) => ({
  ...sample(minutes, value),
  property: 'p_p98_28d_high',
})
const unknown = (minutes: number) => ({ ...high(minutes, 0), value: null, quality: 'uncertain' as const })

describe('a limit from history', () => {
  const rule = compiled({ when: { above: { ...usual, times: 1.5, plus: 1 } } })

  it('is judged when the value comes and when the limit does, once a moment', () => {
    const inputs = [
      sample(0, 20),
      high(1, 10),
      high(2, 14),
      sample(3, 23),
      high(3, 18),
      sample(4, 29),
      clock(5),
    ]
    expect(told(rule, inputs)).toMatchObject([
      {
        at: 1,
        change: 'clear → major',
        value: 20,
        why: { above: 16, history: { ...usual, times: 1.5, plus: 1 } },
      },
      { at: 2, change: 'major → clear', value: 20, why: { above: 22 } },
      { at: 4, change: 'clear → major', value: 29, why: { above: 28 } },
    ])
  })

  it('counts for what it is while a value is pending', () => {
    const lasting = compiled({ when: { above: usual, for: 'PT5M' } })
    expect(lines(lasting, [high(0, 10), sample(1, 11), high(3, 12), high(4, 10), clock(30)])).toEqual([
      '9 clear → major',
    ])
  })

  it('is on or off by two of them', () => {
    const two = compiled({ when: { above: { ...usual, times: 2 }, clearBelow: usual } })
    const inputs = [high(0, 10), sample(1, 21), sample(2, 15), sample(3, 9), clock(4)]
    expect(told(two, inputs)).toMatchObject([
      { at: 1, why: { above: 20 } },
      { at: 3, why: { clearBelow: 10, history: usual } },
    ])
  })

  it('is never on before anything is known of it, but by `otherwise`', () => {
    expect(lines(rule, [unknown(0), sample(1, 1_000), clock(2)])).toEqual([])
    const helped = compiled({ when: { above: { ...usual, otherwise: 50 } } })
    const inputs = [sample(1, 60), high(2, 70), unknown(3), sample(4, 65), sample(5, 71), clock(6)]
    expect(told(helped, inputs)).toMatchObject([
      { at: 1, why: { above: 50 } },
      { at: 2, why: { above: 70, history: usual } },
      { at: 5, why: { above: 70 } },
    ])
    expect(told(helped, inputs)[0]?.why).not.toHaveProperty('history')
  })

  it('that is not known any more does what is said of bad samples', () => {
    const clearing = compiled({ bad: 'clear', when: { above: usual } })
    expect(told(clearing, [high(0, 10), sample(1, 11), unknown(2), clock(3)])).toMatchObject([
      { at: 1 },
      { at: 2, change: 'major → clear', why: { because: 'bad' } },
    ])
  })

  it('is of the lowest values where it is asked for what is below', () => {
    const low = compiled({ when: { below: { percentile: 2, days: 7, plus: -1 } } })
    const limit = { ...sample(0, 5), property: 'p_p2_7d_low' }
    expect(told(low, [limit, sample(1, 4), sample(2, 3.5), clock(3)])).toMatchObject([
      { at: 2, value: 3.5, why: { below: 4 } },
    ])
  })

  it('counts no sample of its own beside `of`', () => {
    const share = compiled({ when: { above: usual, of: { n: 2, m: 3 } } })
    const inputs = [high(0, 10), sample(1, 11), high(2, 10), high(3, 10), sample(4, 11), clock(5)]
    expect(told(share, inputs)).toMatchObject([{ at: 4, why: { above: 10, counted: 2 } }])
  })

  it('that is all that is known of a device makes no alarm, after a restart neither', () => {
    const low = compiled({ when: { below: { percentile: 2, days: 7 } } })
    const limit = sample(0, 5, 'p_p2_7d_low')
    const { state } = step(low, undefined, limit)
    const kept = JSON.parse(JSON.stringify(state)) as RuleState
    const { state: after, transitions } = step(low, kept, sample(60, 6, 'p_p2_7d_low'))
    expect(transitions).toEqual([])
    expect(step(low, after, clock(61)).transitions).toEqual([])
  })
})
