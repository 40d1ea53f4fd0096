import { QUALITIES, type Quality } from '@ganzhi/contracts/reading'

import { type Random, seededRandom } from '../../faults/random.ts'
import { CLEAR, EVENT_TYPES, LIMIT, MODES, PROPERTIES, randomRule, withHistoryLimits } from './random-rule.ts'
import type { Input, RuleCase, Value } from './rule-case.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** Days on which clocks change, or which are holidays, or working weekends. */
const BEGINNINGS = [
  ['Europe/Berlin', '2025-10-25T20:00:00Z'],
  ['Europe/Berlin', '2026-03-28T18:00:00Z'],
  ['America/New_York', '2025-11-01T23:00:00Z'],
  ['America/New_York', '2026-03-07T20:00:00Z'],
  ['Asia/Shanghai', '2025-10-07T20:00:00Z'],
  ['Asia/Shanghai', '2025-10-10T14:00:00Z'],
  ['Asia/Shanghai', '2026-02-13T10:00:00Z'],
] as const

/** A rule, and the values of some devices that come near to every one of its limits and times. */
export function randomCase(seed: string, devices = 6, inputsEach = 50): RuleCase {
  const random = seededRandom(seed)
  const [timezone, begin] = random.pick(BEGINNINGS)
  const scheduled = random.chance(0.5)
  const unitMs = random.pick(
    scheduled ? [15 * MINUTE_MS, 60 * MINUTE_MS] : [SECOND_MS, MINUTE_MS, 5 * MINUTE_MS],
  )
  const made = randomRule(random.fork('rule'), unitMs, scheduled ? timezone : undefined)
  // Only where a case lasts for days is anything known of the days before.
  const ofHistory = unitMs >= 60 * MINUTE_MS && random.fork('history').chance(0.5)
  const rule = ofHistory ? withHistoryLimits(made, random.fork('limits')) : made
  const names = Array.from({ length: devices }, (_, index) => `dev-${index + 1}`)

  const attributes = names.map((name) => {
    const draw = random.fork(`${name}/attributes`)
    const own = {
      ...(draw.chance(0.7) && { limit: LIMIT + draw.pick([0, 0, 1]) }),
      ...(draw.chance(0.7) && { calm: CLEAR - draw.pick([0, 0, 1]) }),
    }
    return [name, own] as const
  })
  const lines = names.flatMap((device) =>
    randomInputs(random.fork(device), Date.parse(begin), unitMs, inputsEach).map((input) => ({
      device,
      input,
    })),
  )
  return { rule, attributes: Object.fromEntries(attributes), lines: arranged(lines, random.fork('order')) }
}

/** The order of lines is that of time, or any. */
function arranged(lines: RuleCase['lines'], random: Random): RuleCase['lines'] {
  const byTime = lines.toSorted((a, b) => a.input.at - b.input.at)
  if (random.chance(0.7)) return byTime
  const keyed = lines.map((line) => ({ line, key: random.fraction() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ line }) => line)
}

function randomInputs(random: Random, begin: number, unitMs: number, count: number): Input[] {
  const inputs: Input[] = []
  const open: OpenIncident[] = []
  const eventShare = random.pick([0, 0.25, 0.5])
  const unusable = random.pick([0, 0.05, 0.25])
  const drift = random.chance(0.5) ? new Map<string, number>() : undefined
  let at = begin + unitMs * random.integer(0, 4)
  while (inputs.length < count) {
    at += randomStep(random, unitMs)
    if (random.chance(eventShare)) inputs.push(randomEvent(random, at, open))
    else inputs.push(randomSample(random, at, unusable, drift))
  }
  return inputs
}

/** Often none, mostly a whole unit, now and then a millisecond beside it, or a long silence. */
function randomStep(random: Random, unitMs: number): number {
  const steps = [0, 0, 0.5, 1, 1, 1, 1, 2, 3, random.integer(4, 9)] as const
  const step = unitMs * random.pick(steps)
  return random.chance(0.9) ? step : Math.max(0, step + random.pick([-1, 1]))
}

function randomSample(
  random: Random,
  at: number,
  unusable: number,
  drift: Map<string, number> | undefined,
): Input {
  const property = random.pick(['level', 'level', 'level', ...PROPERTIES])
  const quality: Quality = random.chance(unusable) ? random.pick(QUALITIES) : 'good'
  const value = random.chance(unusable)
    ? randomOddValue(random, property)
    : randomValue(random, property, drift)
  return { kind: 'sample', at, property, value, quality }
}

/** Numbers near the limits, or in small steps from `drift`, the last ones. */
function randomValue(
  random: Random,
  property: (typeof PROPERTIES)[number],
  drift: Map<string, number> | undefined,
): Value {
  if (property === 'mode') return random.pick(MODES)
  if (property === 'door') return random.chance(0.5)
  if (drift) {
    const next = (drift.get(property) ?? CLEAR) + random.pick([0, 0, 0.5, 0.5, 1, -0.5, -1])
    drift.set(property, next)
    return next
  }
  const near = random.pick([CLEAR, LIMIT, LIMIT])
  return near + random.pick([0, 0, 0.5, -0.5, 1, -1, 2, 3, -3])
}

/** What is no value, and for numbers what is none. */
function randomOddValue(random: Random, property: (typeof PROPERTIES)[number]): Value {
  const none = random.pick([null, Number.NaN])
  const isNumber = property === 'level' || property === 'flow'
  return isNumber ? random.pick([none, Infinity, -Infinity, 'off scale', true]) : none
}

const ULID_DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

interface OpenIncident {
  readonly type: (typeof EVENT_TYPES)[number]
  readonly incident: string
  readonly since: number
}

function randomEvent(random: Random, at: number, open: OpenIncident[]): Input {
  const known = random.chance(0.5) ? open[random.integer(0, open.length)] : undefined
  // Lines may be in any order, but none ends before it began.
  if (!known || known.since === at) {
    const incident = Array.from({ length: 26 }, () => ULID_DIGITS[random.integer(0, 31)]).join('')
    const type = random.pick(EVENT_TYPES)
    // Of one that began before the file does.
    if (random.chance(0.1))
      return { kind: 'event', at, phase: random.pick(['updated', 'ended']), type, incident }
    open.push({ type, incident, since: at })
    return { kind: 'event', at, phase: 'started', type, incident }
  }
  const phase = random.chance(0.3) ? 'updated' : 'ended'
  if (phase === 'ended') open.splice(open.indexOf(known), 1)
  return { kind: 'event', at, phase, type: known.type, incident: known.incident }
}
