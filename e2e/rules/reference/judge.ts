import { durationMs } from '@ganzhi/contracts/duration'
import type { Limit } from '@ganzhi/contracts/rule-condition'

import { propertiesIn, reckon } from '../cases/formula.ts'
import type { Sample, Single, Value } from '../cases/rule-case.ts'
import type { Verdict } from './follow.ts'
import {
  type History,
  incidentsOf,
  inputsTaken,
  inputsUpTo,
  isOpening,
  reachAt,
  samplesTaken,
  usableTaken,
  valuesKnown,
} from './history.ts'
import { limitThen, nameOf } from './history-limits.ts'
import { metresFrom } from './places.ts'
import { instantAt } from './timeline.ts'
import { propertiesOf } from './usable.ts'

/** What a single condition is at an instant, by what it has taken from the instant `from` on. */
export function judge(history: History, condition: Single, from: number, index: number): Verdict {
  const { active } = instantAt(history.timeline, index)
  if (!active || from > index) return 'silent'
  if ('noData' in condition || 'stale' in condition) return judgeSilence(history, condition, from, index)
  if ('offline' in condition) return judgeOffline(history, condition, from, index)
  if ('during' in condition) return isOpen(history, condition.during, index) ? 'holds' : 'not'
  if ('events' in condition) return judgeEvents(history, condition, from, index)

  const samples = usableTaken(history, condition, from, index)
  if (!isJudged(history, condition, samples, index)) return 'silent'
  if ('expression' in condition) return judgeExpression(history, condition, index)
  if ('outside' in condition) return judgeOutside(history, condition, index)
  if ('above' in condition || 'below' in condition) {
    if (isOfSeveral(history, condition)) return judgeMoving(history, condition, index)
  }
  if (!('of' in condition) || !condition.of) return judgeNewest(history, condition, samples)

  const { n, m } = condition.of
  const counted = history.alteration === 'share-of-all' ? samples.length : m
  const met = samples
    .map((_, last) => judgeNewest(history, condition, samples.slice(0, last + 1)))
    .slice(-counted)
    .filter((verdict) => verdict === 'holds')
  return met.length >= n ? 'holds' : 'not'
}

/** At each sample that it can use, and where a span opens; expressions and places once a moment, after its samples (2). */
function isJudged(history: History, condition: Single, samples: readonly Sample[], index: number): boolean {
  if (isOpening(history.timeline, index)) return true
  const { at, step, input } = instantAt(history.timeline, index)
  if (isOfSeveral(history, condition)) return step === 'parts' && samples.at(-1)?.at === at
  return input !== undefined && samples.at(-1) === input
}

/** Its value or its limit may be what came. */
function isOfSeveral({ rule }: History, condition: Single): boolean {
  return 'expression' in condition || 'outside' in condition || propertiesOf(condition, rule).length > 1
}

function judgeMoving(history: History, condition: Limited, index: number): Verdict {
  const [own = ''] = propertiesOf(condition, history.rule)
  const value = valuesKnown(history, condition, index).get(own)
  if (value === undefined) return 'between'
  const verdict = judgeLimit(history, condition, value, instantAt(history.timeline, index).at)
  return verdict === 'silent' ? 'between' : verdict
}

type Limited = Extract<Single, { above: Limit } | { below: Limit }>

function judgeNewest(history: History, condition: Single, samples: readonly Sample[]): Verdict {
  const newest = samples.at(-1)
  if (!newest) return 'silent'
  if ('above' in condition || 'below' in condition)
    return judgeLimit(history, condition, newest.value, newest.at)
  if ('equals' in condition) return newest.value === condition.equals ? 'holds' : 'not'
  if ('rate' in condition) {
    const rate = rateOf(history, condition.rate, samples)
    if (rate === undefined) return 'between'
    const { above = Infinity, below = -Infinity } = condition.rate
    return rate > above || rate < below ? 'holds' : 'not'
  }
  if ('stuck' in condition)
    return stuckMs(history, condition, samples) >= durationMs(condition.stuck) ? 'holds' : 'not'
  throw new Error(`not judged at samples: ${JSON.stringify(condition)}`)
}

function judgeLimit(history: History, condition: Limited, value: Value, at: number): Verdict {
  const [limit, clear, sign] =
    'above' in condition
      ? [condition.above, condition.clearBelow, 1]
      : [condition.below, condition.clearAbove, -1]
  const bound = limitFor(history, condition, limit, at)
  const clearBound = clear === undefined ? undefined : limitFor(history, condition, clear, at)
  if (typeof value !== 'number' || bound === undefined) return 'silent'
  if (clear !== undefined && clearBound === undefined) return 'silent'
  if (sign * value > sign * bound) return 'holds'
  if (clearBound === undefined || history.alteration === 'no-hysteresis') return 'not'
  return sign * value < sign * clearBound ? 'not' : 'between'
}

export function limitFor(
  { attributes, arrivals, rule }: History,
  condition: Single,
  limit: Limit,
  at: number,
): number | undefined {
  if (typeof limit === 'number') return limit
  if ('percentile' in limit) {
    const inputs = arrivals.map(({ input }) => input)
    return limitThen(limit, nameOf(limit, condition, rule), inputs, at)
  }
  return attributes[limit.attribute] ?? limit.otherwise
}

/** Between the first and last sample of the time before the newest; undefined where there is no time between them (7). */
export function rateOf(
  { alteration }: History,
  { per, over }: Extract<Single, { rate: unknown }>['rate'],
  samples: readonly Sample[],
): number | undefined {
  const last = samples.at(-1)
  const first =
    alteration === 'rate-of-last-two'
      ? samples.at(-2)
      : samples.find((sample) => last && sample.at >= last.at - durationMs(over))
  if (!first || !last || first.at === last.at) return undefined
  const change = Number(last.value) - Number(first.value)
  return per === undefined ? change : (change * durationMs(per)) / (last.at - first.at)
}

/** How long the longest run is that ends with the newest sample and of which no two are too far apart. */
function stuckMs(
  { alteration }: History,
  { within = 0 }: Extract<Single, { stuck: string }>,
  samples: readonly Sample[],
): number {
  const differs = (one: Sample, other: Sample): boolean =>
    typeof one.value === 'number' && typeof other.value === 'number'
      ? Math.abs(one.value - other.value) > within
      : one.value !== other.value
  let run: Sample[] = []
  if (alteration === 'stuck-begins-anew') {
    for (const sample of samples)
      run = run.some((each) => differs(each, sample)) ? [sample] : [...run, sample]
  } else {
    for (const sample of samples.toReversed()) {
      if (run.some((each) => differs(each, sample))) break
      run = [sample, ...run]
    }
  }
  return (run.at(-1)?.at ?? 0) - (run[0]?.at ?? 0)
}

function judgeExpression(
  history: History,
  { expression, clear }: Extract<Single, { expression: unknown }>,
  index: number,
): Verdict {
  const condition = { expression, ...(clear && { clear }) }
  const values = valuesKnown(history, condition, index)
  const mentioned = [...propertiesIn(expression), ...(clear ? propertiesIn(clear) : [])]
  if (mentioned.some((property) => !values.has(property))) return 'between'
  const is = reckon(expression, values)
  if (typeof is !== 'boolean') return 'between'
  if (is) return 'holds'
  if (!clear) return 'not'
  return reckon(clear, values) === true ? 'not' : 'between'
}

function judgeOutside(
  history: History,
  condition: Extract<Single, { outside: unknown }>,
  index: number,
): Verdict {
  const { route, polygon, by = 0, lon = 'lon', lat = 'lat' } = condition.outside
  const values = valuesKnown(history, condition, index)
  const [x, y] = [values.get(lon), values.get(lat)]
  if (typeof x !== 'number' || typeof y !== 'number') return 'between'
  const isClosed = route === undefined || history.alteration === 'routes-are-closed'
  const metres = metresFrom(route ?? polygon ?? [], isClosed, x, y)
  return metres > by ? 'holds' : 'not'
}

function judgeSilence(
  history: History,
  condition: Extract<Single, { noData: string } | { stale: string }>,
  from: number,
  index: number,
): Verdict {
  const { timeline, alteration } = history
  const instant = instantAt(timeline, index)
  const firstInput = history.arrivals.find(({ input }) => input.kind !== 'reach')?.input
  if (!firstInput || firstInput.at > instant.at) return 'silent'
  const anyCounts = 'noData' in condition || alteration === 'stale-is-no-data'
  const taken = (anyCounts ? samplesTaken : usableTaken)(history, condition, from, index)
  const isBroken = instant.input !== undefined && taken.at(-1) === instant.input
  // While its gateway is not heard of, and from then until it has been silent anew, silence goes on that was before (12).
  const unchanged = isBroken || isOpening(timeline, index) ? 'not' : 'silent'
  const reach = reachAt(history, index)
  if (reach?.reached === false) return unchanged
  const begun = instantAt(timeline, from).at
  const since = Math.max(taken.at(-1)?.at ?? 0, firstInput.at, begun, reach?.at ?? 0)
  const holdsAt = since + durationMs('noData' in condition ? condition.noData : condition.stale)
  return isPast(instant.step === 'input', instant.at, holdsAt, alteration) ? 'holds' : unchanged
}

function judgeOffline(
  history: History,
  { offline }: Extract<Single, { offline: string }>,
  from: number,
  index: number,
): Verdict {
  const { at, step } = instantAt(history.timeline, index)
  const reach = reachAt(history, index)
  if (reach?.reached !== false) return 'not'
  const since = Math.max(reach.at, instantAt(history.timeline, from).at)
  return isPast(step === 'input', at, since + durationMs(offline), history.alteration) ? 'holds' : 'not'
}

/** What is due at a moment is not yet so for the inputs of that moment (2). */
function isPast(atInput: boolean, now: number, due: number, alteration: History['alteration']): boolean {
  return atInput && alteration !== 'timers-first' ? now > due : now >= due
}

function judgeEvents(
  history: History,
  { events }: Extract<Single, { events: unknown }>,
  from: number,
  index: number,
): Verdict {
  const { timeline, alteration } = history
  const { at, step } = instantAt(timeline, index)
  const began = incidentsOf(inputsTaken(history, from, index), events.type).filter(
    ({ phase }) => phase === 'started',
  )
  const early = alteration === 'events-leave-early'
  const counted = began.filter(
    (event) => !isPast(step === 'input' && !early, at, event.at + durationMs(events.within), alteration),
  )
  return counted.length >= events.atLeast ? 'holds' : 'not'
}

/** Which incidents are open goes on being known outside of spans (9). */
function isOpen(history: History, type: string, index: number): boolean {
  const events = incidentsOf(inputsUpTo(history, index), type)
  const ended = new Set(events.filter(({ phase }) => phase === 'ended').map(({ incident }) => incident))
  if (history.alteration === 'spans-forget' && isOpening(history.timeline, index)) return false
  return events.some(({ phase, incident }) => phase === 'started' && !ended.has(incident))
}
