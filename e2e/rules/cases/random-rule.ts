import type { Limit } from '@ganzhi/contracts/rule-condition'
import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import { SEVERITIES } from '@ganzhi/contracts/severity'

import type { Random } from '../../faults/random.ts'
import type { Formula } from './formula.ts'
import type { CaseRule, Condition, Lasting, Single } from './rule-case.ts'

/** A number, another, a text and a boolean: what the devices of all cases tell. */
export const PROPERTIES = ['level', 'flow', 'mode', 'door'] as const
export const MODES = ['run', 'stop', ''] as const
export const EVENT_TYPES = ['cn.ganzhi.vision.crowd-gathering', 'cn.ganzhi.vision.smoke'] as const
/** About which values hover. */
export const LIMIT = 10
export const CLEAR = 8

/**
 * Durations are multiples of `unitMs`, as are most times of samples, so that many things fall on one moment. Without a
 * timezone there is no schedule.
 */
export function randomRule(random: Random, unitMs: number, timezone: string | undefined): CaseRule {
  const severities = [...SEVERITIES].filter(() => random.chance(0.5))
  const levels = (severities.length > 0 ? severities : (['major'] as const)).map((severity) => ({
    severity,
    when: randomCondition(random, unitMs),
  }))
  const unusable = ['hold', 'reset', 'clear'] as const
  const inOrder = random.chance(0.5) ? levels : levels.toReversed()
  return {
    // Conditions name their property themselves where the rule has none.
    ...(random.chance(0.9)
      ? { property: 'level', levels: inOrder }
      : { levels: inOrder.map(({ severity, when }) => ({ severity, when: withProperty(when) })) }),
    ...(timezone !== undefined && { active: randomSchedule(random, timezone) }),
    ...(random.chance(0.6) && { bad: random.pick(unusable) }),
    ...(random.chance(0.6) && { nan: random.pick(unusable) }),
  }
}

function withProperty(condition: Condition): Condition {
  if ('all' in condition) return { ...condition, all: condition.all.map(partWithProperty) }
  return 'any' in condition
    ? { ...condition, any: condition.any.map(partWithProperty) }
    : partWithProperty(condition)
}

function partWithProperty(part: Single): Single {
  const namesItsOwn = ['expression', 'during', 'events', 'outside'].some((kind) => kind in part)
  return namesItsOwn ? part : { property: 'level', ...part }
}

function randomCondition(random: Random, unitMs: number): Condition {
  if (random.chance(0.65)) return randomSingle(random, unitMs)
  const parts = Array.from({ length: random.pick([2, 2, 2, 3, 4, 6]) }, () => randomSingle(random, unitMs))
  const lasting = randomLasting(random, unitMs)
  return random.chance(0.5) ? { all: parts, ...lasting } : { any: parts, ...lasting }
}

const KINDS = [
  ...(['above', 'above', 'below', 'equals', 'rate', 'rate', 'stuck', 'stuck', 'noData', 'stale'] as const),
  ...(['expression', 'expression', 'during', 'events', 'events', 'outside'] as const),
] as const

function randomSingle(random: Random, unitMs: number): Single {
  const lasting = randomLasting(random, unitMs)
  const { for: _, ...clearing } = lasting
  const few = () => isoDuration(unitMs * random.integer(1, 6))
  const other = (chance: number) => (random.chance(chance) ? { property: 'flow' } : {})
  const share = random.chance(0.2) ? { of: randomShare(random) } : {}
  switch (random.pick(KINDS)) {
    case 'above': {
      const clear = random.chance(0.6) ? { clearBelow: randomLimit(random, CLEAR, 'calm') } : {}
      return { above: randomLimit(random, LIMIT, 'limit'), ...clear, ...other(0.3), ...share, ...lasting }
    }
    case 'below': {
      const clear = random.chance(0.6) ? { clearAbove: randomLimit(random, LIMIT, 'limit') } : {}
      return { below: randomLimit(random, CLEAR, 'calm'), ...clear, ...other(0.3), ...share, ...lasting }
    }
    case 'equals':
      return {
        ...random.pick([
          { equals: LIMIT },
          { equals: 'run', property: 'mode' },
          { equals: '', property: 'mode' },
          { equals: true, property: 'door' },
          { equals: false, property: 'door' },
        ]),
        ...share,
        ...lasting,
      }
    case 'rate': {
      const bounds = random.pick([{ above: 0.7 }, { below: -0.7 }, { above: 1, below: -1 }])
      const over = isoDuration(unitMs * random.integer(1, 8))
      const per = random.chance(0.7) ? { per: isoDuration(unitMs) } : {}
      return { rate: { ...bounds, ...per, over }, ...other(0.3), ...share, ...lasting }
    }
    case 'stuck': {
      const property = random.pick(PROPERTIES)
      const within = random.chance(0.7) ? { within: random.pick([0, 0.5, 1, 2]) } : {}
      return { stuck: few(), property, ...within, ...clearing }
    }
    case 'noData':
      return { noData: few(), ...other(0.3), ...clearing }
    case 'stale':
      return { stale: few(), ...other(0.3), ...clearing }
    case 'expression': {
      const clear = random.chance(0.4) ? { clear: randomFormula(random, 2) } : {}
      return { expression: randomFormula(random, 2), ...clear, ...lasting }
    }
    case 'during':
      return { during: random.pick(EVENT_TYPES), ...lasting }
    case 'outside':
      return { outside: { ...random.pick(PLACES), lon: 'level', lat: 'flow' }, ...lasting }
    case 'events': {
      const within = isoDuration(unitMs * random.integer(1, 4))
      const clearFor = random.chance(0.7) ? { clearFor: isoDuration(unitMs * random.integer(1, 3)) } : {}
      return {
        events: { type: random.pick(EVENT_TYPES), atLeast: random.pick([1, 2, 2, 3]), within },
        ...clearFor,
      }
    }
  }
}

type Outside = Extract<Single, { outside: unknown }>['outside']
/** About where level and flow hover. */
const PLACES: readonly [Outside, Outside] = [
  {
    polygon: [
      [7.25, 8.75],
      [11.75, 8.25],
      [12.25, 11.75],
      [9.5, 9.75],
    ],
  },
  {
    route: [
      [7.3, 7.3],
      [10.2, 9.1],
      [12.4, 12.9],
    ],
    by: 60_000,
  },
]

function randomShare(random: Random): { n: number; m: number } {
  const m = random.integer(1, 5)
  return { n: random.integer(1, m), m }
}

function randomLasting(random: Random, unitMs: number): Lasting {
  const some = () => isoDuration(unitMs * random.pick([0, 0.5, 1, 1, 1, 2, 2, 2, 3, 5]))
  return {
    ...(random.chance(0.5) && { for: some() }),
    ...(random.chance(0.4) && { clearFor: some() }),
  }
}

function randomLimit(random: Random, about: number, attribute: string): Limit {
  if (random.chance(0.75)) return about
  return random.chance(0.5) ? { attribute } : { attribute, otherwise: about }
}

/** Half of the limits are what the device had on the days before, moved by what is exact in binary. */
export function withHistoryLimits(rule: CaseRule, random: Random): CaseRule {
  const moved = (limit: Limit): Limit =>
    random.chance(0.5)
      ? limit
      : {
          percentile: random.pick([0, 50, 75, 100]),
          days: random.pick([2, 2, 3]),
          ...(random.chance(0.3) && { times: 0.5 }),
          ...(random.chance(0.5) && { plus: random.pick([-1, 0.5]) }),
          ...(random.chance(0.3) && { otherwise: LIMIT }),
        }
  const part = (condition: Single): Single => {
    if ('above' in condition) {
      const { above, clearBelow, ...rest } = condition
      return {
        ...rest,
        above: moved(above),
        ...(clearBelow !== undefined && { clearBelow: moved(clearBelow) }),
      }
    }
    if (!('below' in condition)) return condition
    const { below, clearAbove, ...rest } = condition
    return {
      ...rest,
      below: moved(below),
      ...(clearAbove !== undefined && { clearAbove: moved(clearAbove) }),
    }
  }
  return {
    ...rule,
    levels: rule.levels.map(({ severity, when }) => {
      if ('all' in when) return { severity, when: { ...when, all: when.all.map(part) } }
      return { severity, when: 'any' in when ? { ...when, any: when.any.map(part) } : part(when) }
    }),
  }
}

/** True or false, of numbers of one scale. */
function randomFormula(random: Random, depth: number): Formula {
  const constant = (value: number | string): Formula => ({ op: 'constant', value })
  const property = (name: string): Formula => ({ op: 'property', property: name })
  if (depth > 0 && random.chance(0.4)) {
    const inner = () => randomFormula(random, depth - 1)
    if (random.chance(0.2)) return { op: 'not', of: inner() }
    if (random.chance(0.2)) return { op: 'if', holds: inner(), left: inner(), right: inner() }
    return { op: random.pick(['&&', '||', '==', '!=']), left: inner(), right: inner() }
  }
  const one = property(random.pick(['level', 'flow']))
  const op = random.pick(['>', '<', '>=', '<='])
  switch (random.pick(['limit', 'limit', 'both', 'sum', 'mode', 'door'])) {
    case 'limit':
      return { op, left: one, right: constant(random.pick([CLEAR, LIMIT, LIMIT + 0.5])) }
    case 'both': {
      const scaled: Formula = {
        op: '*',
        left: constant(random.pick([1, 2, -1, 0.5])),
        right: property('flow'),
      }
      return { op, left: property('level'), right: scaled }
    }
    case 'sum': {
      const left: Formula = {
        op: random.pick(['+', '-', '/']),
        left: property('level'),
        right: property('flow'),
      }
      return { op, left, right: constant(random.pick([-1, 0, 1, 20])) }
    }
    case 'mode':
      return { op: random.pick(['==', '!=']), left: property('mode'), right: constant(random.pick(MODES)) }
    case 'door':
      return property('door')
  }
}

const CLOCKS = [
  '00:00',
  '01:00',
  '02:00',
  '02:30',
  '03:00',
  '06:15',
  '08:00',
  '12:00',
  '17:45',
  '22:00',
] as const
const DAYS = [
  ...(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const),
  ...(['workday', 'workday', 'holiday', 'holiday'] as const),
] as const

function randomSchedule(random: Random, timezone: string): RuleSchedule {
  const spans = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => {
    const from = random.pick(CLOCKS)
    const to = random.pick(['24:00', ...CLOCKS.filter((clock) => clock !== from)])
    const days = [...new Set(Array.from({ length: random.integer(1, 4) }, () => random.pick(DAYS)))]
    return { from, to, ...(random.chance(0.7) && { days }) }
  })
  return { timezone, spans, ...(random.chance(0.7) && { after: random.pick(['clear', 'keep', 'keep']) }) }
}

export function isoDuration(ms: number): string {
  return ms % 60_000 === 0 ? `PT${ms / 60_000}M` : `PT${ms / 1000}S`
}
