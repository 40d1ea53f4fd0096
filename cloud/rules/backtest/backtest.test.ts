import type { Rule } from '@ganzhi/contracts/rule'
import type { RuleCondition } from '@ganzhi/contracts/rule-condition'
import type { Transition } from '@ganzhi/contracts/transition'
import { expect, test } from 'vitest'
import { compileRule } from '../engine/compile-rule.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import { alarmStatistics } from './alarm-statistics.ts'
import { alarmsOf } from './alarms.ts'
import { type DeviceHistory, backtest } from './backtest.ts'
import { differenceOf } from './difference.ts'

const MINUTE = 60_000
const BEGIN = Date.UTC(2026, 10, 21, 15)
const at = (minutes: number) => new Date(BEGIN + minutes * MINUTE).toISOString()

function sample(minutes: number, value: number | string, property = 'p'): RuleInput {
  return { kind: 'sample', at: BEGIN + minutes * MINUTE, property, value, quality: 'good' }
}

function run(when: RuleCondition, devices: DeviceHistory[]) {
  const rule: Rule = { id: 'r', version: 1, for: { property: 'p' }, when, severity: 'major' }
  const compiled = compileRule(rule, { openSchedule: () => expect.fail('there is no schedule') })
  const span = { from: BEGIN, to: BEGIN + 60 * MINUTE }
  return backtest(compiled, { span, devices }, { signal: AbortSignal.timeout(60_000) })
}

test('the clock of every device goes on to the last input of all', async () => {
  const silent = { device: 'b', inputs: [sample(0, 1)] }
  const { transitions } = await run({ noData: 'PT20M' }, [silent, { device: 'a', inputs: [sample(60, 1)] }])
  expect(transitions).toMatchObject([{ at: at(20), target: 'b', to: 'major' }])
})

test('transitions of all devices stand by time, then by device', async () => {
  const inputs = [sample(1, 9), sample(5, 1)]
  const { transitions } = await run({ above: 5 }, [
    { device: 'b', inputs: [sample(3, 9)] },
    { device: 'c', inputs },
    { device: 'a', inputs },
  ])
  expect(transitions.map((told) => [told.at, told.target, told.to])).toEqual([
    [at(1), 'a', 'major'],
    [at(1), 'c', 'major'],
    [at(3), 'b', 'major'],
    [at(5), 'a', 'clear'],
    [at(5), 'c', 'clear'],
  ])
  expect(new Set(transitions.map(({ id }) => id)).size).toBe(5)
})

test('what could not be judged is counted', async () => {
  const inputs = [sample(0, 'on'), sample(1, 'off')]
  const devices = [{ device: 'a', inputs }]
  const { faults, seen } = await run({ expression: 'p > 2.0' }, devices)
  expect(faults).toEqual([{ field: 'when.expression', message: expect.any(String) as string, times: 2 }])
  expect(seen).toEqual([{ property: 'p', samples: 2, unusable: 0 }])
  expect((await run({ above: 5 }, devices)).seen).toEqual([
    {
      property: 'p',
      samples: 2,
      unusable: 2,
      firstUnusable: { value: 'on', quality: 'good', at: at(0), target: 'a' },
    },
  ])
})

test('whoever wants it to stop is heard', async () => {
  const stopping = new AbortController()
  const inputs = Array.from({ length: 200_000 }, (_, i) => sample(i / 10_000, 1))
  const compiled = compileRule(
    { id: 'r', version: 1, for: { property: 'p' }, when: { above: 5 }, severity: 'info' },
    { openSchedule: () => expect.fail('there is no schedule') },
  )
  const told: number[] = []
  const running = backtest(
    compiled,
    { span: { from: BEGIN, to: BEGIN }, devices: [{ device: 'a', inputs }] },
    {
      signal: stopping.signal,
      onProgress: (done) => {
        told.push(done)
        stopping.abort()
      },
    },
  )
  await expect(running).rejects.toThrow('aborted')
  expect(told).toHaveLength(1)
})

function transition(minutes: number, target: string, to: Transition['to']): Transition {
  const rule = { id: 'r', version: 1 }
  return { id: `${minutes}`, rule, at: at(minutes), target, from: 'clear', to, value: 1, why: {} }
}

const STORY = [
  transition(0, 'a', 'minor'),
  transition(10, 'b', 'info'),
  transition(20, 'a', 'critical'),
  transition(30, 'a', 'clear'),
  transition(1_470, 'b', 'clear'),
  transition(1_500, 'a', 'minor'),
]

test('an alarm lasts until it is clear, and is as grave as it ever was; days are those of the zone', () => {
  const alarms = alarmsOf(STORY)
  expect(alarms.map(({ target, from, to, severity }) => [target, from, to, severity])).toEqual([
    ['a', at(0), at(30), 'critical'],
    ['b', at(10), at(1_470), 'info'],
    ['a', at(1_500), null, 'minor'],
  ])
  const span = { from: BEGIN, to: BEGIN + 2 * 1_440 * MINUTE }
  expect(alarmStatistics(alarms, span, 'Asia/Shanghai')).toEqual({
    alarms: 3,
    perDay: 1.5,
    open: 1,
    seconds: (30 + 1_460 + 1_380) * 60,
    bySeverity: { info: 1, minor: 1, major: 0, critical: 1 },
    // 15:00 UTC is 23:00 there.
    days: [
      { date: '2026-11-21', alarms: 2 },
      { date: '2026-11-23', alarms: 1 },
    ],
    devices: [
      { target: 'a', alarms: 2, seconds: (30 + 1_380) * 60 },
      { target: 'b', alarms: 1, seconds: 1_460 * 60 },
    ],
  })
})

test('alarms of two versions are the same where they meet in time at one device', () => {
  const earlier = alarmsOf([
    transition(30, 'a', 'major'),
    transition(40, 'a', 'clear'),
    transition(50, 'a', 'major'),
    transition(55, 'a', 'clear'),
    transition(20, 'c', 'major'),
  ])
  const { added, removed, kept } = differenceOf(alarmsOf(STORY), earlier)
  expect(kept).toBe(1)
  expect(added.map(({ from }) => from)).toEqual([at(10), at(1_500)])
  expect(removed.map(({ target, from }) => [target, from])).toEqual([
    ['a', at(50)],
    ['c', at(20)],
  ])
})
