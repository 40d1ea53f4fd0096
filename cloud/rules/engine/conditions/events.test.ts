import { describe, expect, it } from 'vitest'
import { dueAt, type RuleState } from '../rule-state.ts'
import { step } from '../step.ts'
import { clock, compiled, event, lines, told } from '../engine-under-test.ts'

const events = { type: 'cn.ganzhi.crowd', atLeast: 3, within: 'PT10M' }

describe('events', () => {
  const rule = compiled({ when: { events, clearFor: 'PT1M' } })

  it('holds while so many began within the time, the first of them going as a timer does', () => {
    const inputs = [
      event(0, 'started'),
      event(1, 'updated'),
      event(2, 'started'),
      event(9, 'started'),
      clock(60),
    ]
    expect(told(rule, inputs)).toMatchObject([
      { at: 9, change: 'clear → major', why: { events, counted: 3, since: '2026-11-21T00:09:00.000Z' } },
      { at: 11, change: 'major → clear', why: { since: '2026-11-21T00:10:00.000Z' } },
    ])
  })

  it('still counts one at the very moment at which it goes', () => {
    const inputs = [event(0, 'started'), event(2, 'started'), event(10, 'started'), clock(60)]
    expect(lines(rule, inputs)).toEqual(['10 clear → major', '11 major → clear'])
    expect(lines(compiled({ when: { events } }), inputs)).toEqual([])
  })

  it('goes on while others follow', () => {
    const inputs = [0, 2, 4, 8, 10, 12].map((at) => event(at, 'started'))
    expect(lines(rule, [...inputs, clock(60)])).toEqual(['4 clear → major', '19 major → clear'])
  })

  it('remembers nothing when all have gone', () => {
    let state: RuleState | undefined
    state = step(rule, state, event(0, 'started')).state
    state = step(rule, state, clock(3)).state
    expect(dueAt(state)).toBeDefined()
    expect(step(rule, state, clock(10)).state).toBeUndefined()
  })
})
