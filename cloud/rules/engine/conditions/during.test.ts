import { describe, expect, it } from 'vitest'
import { clock, compiled, event, lines, sample, told } from '../engine-under-test.ts'

const TYPE = 'cn.ganzhi.crowd'

describe('during', () => {
  it('holds while an incident of its type is open, for the time that is said', () => {
    const rule = compiled({ when: { during: TYPE, for: 'PT5M' } })
    const inputs = [
      event(0, 'started', 'a'),
      event(3, 'updated', 'a'),
      event(4, 'started', 'b'),
      event(6, 'ended', 'a'),
    ]
    expect(lines(rule, [...inputs, event(9, 'ended', 'b'), clock(9)])).toEqual([
      '5 clear → major',
      '9 major → clear',
    ])
  })

  it('passes over other types, and ends of what it never saw begin', () => {
    const rule = compiled({ when: { during: TYPE } })
    expect(
      lines(rule, [event(0, 'started', 'a', 'cn.ganzhi.fire'), event(1, 'ended', 'z'), clock(2)]),
    ).toEqual([])
  })

  it("is told with the last value of the rule's property", () => {
    const rule = compiled({ when: { during: TYPE } })
    expect(told(rule, [sample(0, 61), event(1, 'started'), clock(1)])).toMatchObject([{ at: 1, value: 61 }])
    expect(
      told(compiled({ for: {}, when: { during: TYPE } }), [event(1, 'started'), clock(1)]),
    ).toMatchObject([{ value: null }])
  })
})
