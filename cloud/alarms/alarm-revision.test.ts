import type { AlarmState } from '@ganzhi/contracts/transition'
import { describe, expect, it } from 'vitest'
import { type StandingAlarm, type ToldTransition, alarmRevision } from './alarm-revision.ts'

const told = (at: number, from: AlarmState, to: AlarmState, value = 1): ToldTransition => ({
  id: `${from}-${to}@${at}`,
  at,
  from,
  to,
  value,
  why: { above: 0 },
})
const raised = (at: number) => told(at, 'clear', 'major')
const ended = (at: number) => told(at, 'major', 'clear')
const alarm = (id: string, openedAt: number, closedAt: number | null, more = {}): StandingAlarm => ({
  id,
  openedAt,
  closedAt,
  transitions: [raised(openedAt), ...(closedAt === null ? [] : [ended(closedAt)])],
  ...more,
})
const revision = (alarms: readonly StandingAlarm[], ...transitions: readonly ToldTransition[]) =>
  alarmRevision({ from: 0, told: 'clear', alarms, transitions })

it('nothing is written where all comes about as it was told', () => {
  expect(revision([alarm('a', 1, 2), alarm('b', 3, null)], raised(1), ended(2), raised(3))).toEqual({
    alarms: [],
    revised: [],
  })
})

it('an alarm that was not told is a new one', () => {
  expect(revision([alarm('b', 5, null)], raised(1), ended(2), raised(5))).toEqual({
    alarms: [{ id: undefined, tell: [raised(1), ended(2)] }],
    revised: [],
  })
})

it('an alarm that does not come about is left with nothing', () => {
  const { alarms, revised } = revision([alarm('a', 1, 2)])
  expect(alarms).toEqual([])
  expect(revised).toEqual([raised(1).id, ended(2).id])
})

it('one that came earlier than it was told is the same alarm, moved', () => {
  expect(revision([alarm('a', 5, null)], raised(3))).toEqual({
    alarms: [{ id: 'a', tell: [raised(3)] }],
    revised: [raised(5).id],
  })
})

describe('an alarm that was two', () => {
  it('by late values is the one of them that is open, to which what stands of the other goes', () => {
    const { alarms, revised } = revision([alarm('a', 1, 3), alarm('b', 4, null)], raised(1))
    expect(alarms).toEqual([{ id: 'b', tell: [raised(1)] }])
    expect(revised).toEqual([ended(3).id, raised(4).id])
  })
})

describe('an alarm that falls apart', () => {
  it('stays itself where it is open still', () => {
    const { alarms, revised } = revision([alarm('a', 1, null)], raised(1), ended(3), raised(4))
    expect(alarms).toEqual([
      { id: undefined, tell: [raised(1), ended(3)] },
      { id: 'a', tell: [raised(4)] },
    ])
    expect(revised).toEqual([])
  })

  it('stays itself in the part that began before the time in question', () => {
    const going: StandingAlarm = { id: 'a', openedAt: -5, closedAt: null, transitions: [] }
    const history = { from: 0, told: 'major', alarms: [going], transitions: [ended(3), raised(4)] } as const
    expect(alarmRevision(history)).toEqual({
      alarms: [
        { id: 'a', tell: [ended(3)] },
        { id: undefined, tell: [raised(4)] },
      ],
      revised: [],
    })
  })
})

it('a transition that stands, but with other numbers, is told with these', () => {
  const better = told(1, 'clear', 'major', 7)
  expect(revision([alarm('a', 1, null)], better)).toEqual({
    alarms: [{ id: 'a', tell: [better] }],
    revised: [],
  })
})
