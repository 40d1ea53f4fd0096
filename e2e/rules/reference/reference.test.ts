import { expect, test } from 'vitest'

import type { CaseRule, Condition, Input, Value } from '../cases/rule-case.ts'
import { expectedTransitions } from './expected.ts'

const BEGIN = Date.parse('2025-11-03T00:00:00Z')
const minutes = (at: number) => (at - BEGIN) / 60_000

/** `[minute, value]` of pm25, with another property or quality where one is named. */
type Row = readonly [number, Value, string?, ('good' | 'bad-comm')?]

function samples(rows: readonly Row[]): Input[] {
  return rows.map(([minute, value, property = 'pm25', quality = 'good']) => {
    return { kind: 'sample', at: BEGIN + minute * 60_000, property, value, quality }
  })
}

function event(minute: number, phase: 'started' | 'ended', incident: string): Input {
  return { kind: 'event', at: BEGIN + minute * 60_000, type: 'cn.ganzhi.vision.smoke', phase, incident }
}

/** What is told of one device, as `[minute, from, to]`. */
function told(rule: Condition | Partial<CaseRule>, inputs: readonly Input[]) {
  const whole =
    'levels' in rule ? rule : { levels: [{ severity: 'major' as const, when: rule as Condition }] }
  const lines = inputs.map((input) => ({ device: 'dev-1', input }))
  return expectedTransitions({ rule: { property: 'pm25', levels: [], ...whole }, attributes: {}, lines })
}

function when(rule: Condition | Partial<CaseRule>, inputs: readonly Input[]) {
  return told(rule, inputs).map(({ at, from, to }) => [minutes(at), from, to])
}

const on = (minute: number) => [minute, 'clear', 'major']
const off = (minute: number) => [minute, 'major', 'clear']

test('it is on when it has held for so long, by the first value, and off at once where nothing else is said', () => {
  const rule = { above: 75, clearBelow: 70, for: 'PT5M' }
  const rows = samples([
    [0, 80],
    [2, 90],
    [7, 72],
    [8, 69],
    [9, 1],
  ])
  expect(when(rule, rows)).toEqual([on(5), off(8)])
  expect(told(rule, rows)).toMatchObject([
    { value: 90, why: { since: BEGIN, above: 75 } },
    { value: 69, why: { since: BEGIN + 8 * 60_000, clearBelow: 70 } },
  ])
})

test('a value in between ends the pending, and the clearing', () => {
  const rule = { above: 75, clearBelow: 70, for: 'PT5M', clearFor: 'PT5M' }
  expect(
    when(
      rule,
      samples([
        [0, 80],
        [2, 72],
        [3, 80],
        [9, 60],
        [10, 72],
        [11, 60],
        [30, 60],
      ]),
    ),
  ).toEqual([on(8), off(16)])
})

test('an input of the very moment at which it is due comes first', () => {
  expect(
    when(
      { above: 75, for: 'PT5M' },
      samples([
        [0, 80],
        [5, 75],
        [9, 75],
      ]),
    ),
  ).toEqual([])
  expect(
    when(
      { above: 75, for: 'PT5M' },
      samples([
        [0, 80],
        [5, 76],
        [9, 76],
      ]),
    ),
  ).toEqual([on(5)])
})

test('there and back within one moment is not told', () => {
  expect(
    when(
      { above: 75 },
      samples([
        [0, 80],
        [0, 70],
        [1, 80],
        [1, 81],
      ]),
    ),
  ).toEqual([on(1)])
})

test('each of several inputs of one moment counts', () => {
  expect(
    when(
      { above: 75, clearFor: 'PT1M' },
      samples([
        [0, 80],
        [0, 70],
        [9, 70],
      ]),
    ),
  ).toEqual([on(0), off(1)])
})

test('the clock stops with the last input of the file', () => {
  expect(
    when(
      { above: 75, for: 'PT5M' },
      samples([
        [0, 80],
        [4, 80],
      ]),
    ),
  ).toEqual([])
})

test('silence begins with the first input of any kind, and ends with any sample', () => {
  const rows = samples([
    [0, 1, 'flow'],
    [12, 5, 'pm25', 'bad-comm'],
    [20, 5],
    [40, 1, 'flow'],
  ])
  expect(when({ noData: 'PT10M' }, rows)).toEqual([on(10), off(12), on(30)])
  expect(when({ stale: 'PT10M' }, rows)).toEqual([on(10), off(20), on(30)])
  expect(told({ stale: 'PT10M' }, rows)[2]).toMatchObject({ why: { since: BEGIN + 30 * 60_000 }, value: 5 })
})

test('a sample that cannot be used is held, resets or clears', () => {
  const rule = (bad: 'hold' | 'reset' | 'clear') => ({
    bad,
    levels: [{ severity: 'major' as const, when: { above: 75, for: 'PT5M', clearFor: 'PT1H' } }],
  })
  const rows = samples([
    [0, 80],
    [3, 0, 'pm25', 'bad-comm'],
    [4, 80],
    [20, 0, 'pm25', 'bad-comm'],
    [30, 80],
  ])
  expect(when(rule('hold'), rows)).toEqual([on(5)])
  expect(when(rule('reset'), rows)).toEqual([on(9)])
  expect(when(rule('clear'), rows)).toEqual([on(9), off(20)])
  expect(told(rule('clear'), rows)[1]).toMatchObject({ why: { because: 'bad' } })
})

test('an any that another part holds is not cleared with one of its parts', () => {
  const rule: Partial<CaseRule> = {
    bad: 'clear',
    levels: [{ severity: 'major', when: { any: [{ above: 75 }, { above: 1, property: 'flow' }] } }],
  }
  const rows = samples([
    [0, 80],
    [1, 2, 'flow'],
    [2, 0, 'pm25', 'bad-comm'],
    [3, 0, 'flow', 'bad-comm'],
    [4, 0],
  ])
  expect(when(rule, rows)).toEqual([on(0), off(3)])
})

test('an any of which no part is cleared lasts as it says, though another level is cleared', () => {
  const rule: Partial<CaseRule> = {
    nan: 'clear',
    levels: [
      { severity: 'major', when: { any: [{ stuck: 'PT5M' }, { stale: 'PT6M' }], clearFor: 'PT3M' } },
      { severity: 'critical', when: { above: 75 } },
    ],
  }
  const rows: Row[] = [
    [0, 1, 'flow'],
    [20, 'off scale'],
    [25, 1, 'flow'],
  ]
  expect(when(rule, samples(rows))).toEqual([on(6), off(23)])
})

test('so many of the last samples', () => {
  expect(
    when(
      { above: 75, of: { n: 2, m: 3 } },
      samples([
        [0, 80],
        [1, 0],
        [2, 80],
        [3, 0],
        [4, 0],
      ]),
    ),
  ).toEqual([on(2), off(3)])
})

test('a rate is between the ends of its time, both included; of one time there is none', () => {
  const rule = { rate: { above: 1, per: 'PT1M', over: 'PT5M' } }
  expect(
    when(
      rule,
      samples([
        [0, 0],
        [5, 5.5],
        [5.5, 0],
      ]),
    ),
  ).toEqual([on(5), off(5.5)])
  expect(
    when(
      rule,
      samples([
        [0, 0],
        [6, 90],
        [6, 99],
      ]),
    ),
  ).toEqual([])
})

test('a value is stuck by its longest run', () => {
  const rule = { stuck: 'PT3M', within: 1 }
  expect(
    when(
      rule,
      samples([
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 1],
        [4, 1],
        [5, 9],
      ]),
    ),
  ).toEqual([on(4), off(5)])
})

test('what has begun counts until its time is up, then goes as a timer does', () => {
  const rule = { events: { type: 'cn.ganzhi.vision.smoke', atLeast: 2, within: 'PT10M' } }
  expect(when(rule, [event(0, 'started', 'a'), event(9, 'started', 'b'), event(30, 'ended', 'a')])).toEqual([
    on(9),
    off(10),
  ])
  expect(when(rule, [event(0, 'started', 'a'), event(10, 'started', 'b'), event(30, 'ended', 'a')])).toEqual(
    [],
  )
  expect(
    when({ ...rule, clearFor: 'PT1M' }, [
      event(0, 'started', 'a'),
      event(10, 'started', 'b'),
      event(30, 'ended', 'a'),
    ]),
  ).toEqual([on(10), off(11)])
})

test('all of several last as they say, then together', () => {
  const rule: Condition = {
    all: [{ above: 75, for: 'PT2M' }, { during: 'cn.ganzhi.vision.smoke' }],
    for: 'PT3M',
  }
  const rows = [
    ...samples([
      [0, 80],
      [20, 1],
    ]),
    event(1, 'started', 'a'),
  ]
  expect(when(rule, rows)).toEqual([on(5), off(20)])
})

test('an expression is in between where a value is missing, and where neither it nor clear is true', () => {
  const rule: Condition = {
    expression: {
      op: '>',
      left: { op: 'property', property: 'pm25' },
      right: { op: 'property', property: 'pm10' },
    },
    clear: { op: '<', left: { op: 'property', property: 'pm25' }, right: { op: 'constant', value: 10 } },
  }
  expect(
    when(
      rule,
      samples([
        [0, 80],
        [1, 50, 'pm10'],
        [2, 40],
        [3, 9],
      ]),
    ),
  ).toEqual([on(1), off(3)])
})

test('severity rises and falls with the gravest level', () => {
  const levels: CaseRule['levels'] = [
    { severity: 'minor', when: { above: 75 } },
    { severity: 'critical', when: { above: 150, clearBelow: 140 } },
  ]
  expect(
    when(
      { levels },
      samples([
        [0, 80],
        [1, 151],
        [2, 139],
        [3, 75],
      ]),
    ),
  ).toEqual([
    [0, 'clear', 'minor'],
    [1, 'minor', 'critical'],
    [2, 'critical', 'minor'],
    [3, 'minor', 'clear'],
  ])
})

const scheduled = (after: 'clear' | 'keep', when: Condition): CaseRule => ({
  active: {
    timezone: 'UTC',
    spans: [
      { from: '01:00', to: '02:00' },
      { from: '02:00', to: '03:00' },
    ],
    after,
  },
  levels: [{ severity: 'major', when }],
})

test('outside its spans a rule takes nothing, and judges anew by what is known when one begins', () => {
  const rows = samples([
    [10, 80],
    [170, 80],
    [200, 80],
    [1600, 80],
  ])
  expect(when(scheduled('clear', { above: 75 }), rows)).toEqual([on(60), off(180), on(1500)])
  expect(when(scheduled('clear', { above: 75, for: 'PT5M' }), rows)).toEqual([on(65), off(180), on(1505)])
  expect(told(scheduled('clear', { above: 75 }), rows)[1]).toMatchObject({ why: { because: 'schedule' } })
})

test('an alarm that is kept is judged anew when the next span begins', () => {
  const rows = samples([
    [10, 80],
    [200, 60],
    [1600, 80],
  ])
  expect(when(scheduled('keep', { above: 75 }), rows)).toEqual([on(60), off(1500), on(1600)])
  expect(when(scheduled('keep', { noData: 'PT10M' }), rows)).toEqual([on(70), off(1500), on(1510), off(1600)])
})

const reach = (minute: number, reached: boolean): Input => ({
  kind: 'reach',
  at: BEGIN + minute * 60_000,
  reached,
})

test('silence while the gateway is not heard of is none, and counts anew from when it is', () => {
  const rule = { noData: 'PT10M' }
  const away = [...samples([[0, 80]]), reach(5, false)]
  const later = samples([[100, 80]])
  expect(when(rule, [...away, ...later])).toEqual([])
  expect(when(rule, [...away, reach(60, true), ...later])).toEqual([on(70), off(100)])
  expect(when(rule, [...samples([[0, 80]]), reach(10, false), ...later])).toEqual([])
})

test('what was silent before stays so, until a value comes', () => {
  const before = [...samples([[0, 80]]), reach(25, false)]
  const after = [reach(60, true), ...samples([[100, 80]])]
  expect(when({ noData: 'PT10M' }, [...before, ...after])).toEqual([on(10), off(100)])
  expect(when({ noData: 'PT10M' }, [...before, ...samples([[30, 80]]), ...after])).toEqual([
    on(10),
    off(30),
    on(70),
    off(100),
  ])
})

test('a gateway is offline so long after it was last heard, and no longer when it is heard', () => {
  const rule = { offline: 'PT3M', clearFor: 'PT2M' }
  expect(when(rule, [reach(5, false), reach(50, true), ...samples([[100, 1]])])).toEqual([on(8), off(52)])
  expect(when(rule, [reach(5, false), reach(8, true), ...samples([[100, 1]])])).toEqual([])
})
