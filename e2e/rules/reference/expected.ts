import type { Limit } from '@ganzhi/contracts/rule-condition'
import { SEVERITIES, type Severity } from '@ganzhi/contracts/severity'

import { type Condition, type Input, isSeveral, type RuleCase, type Value } from '../cases/rule-case.ts'
import { partsText, type Told } from '../told.ts'
import { activeSpans } from './active-spans.ts'
import type { Alteration } from './alteration.ts'
import { type Course, courseOf } from './courses.ts'
import { lastTurn, type Turn } from './follow.ts'
import { arrivalsIn, type History, inputsUpTo, samplesOf, usabilityIn } from './history.ts'
import { limitsTold } from './history-limits.ts'
import { limitFor } from './judge.ts'
import { timelineOf } from './timeline.ts'

/** All transitions of a case by docs/rules.md, in order of time and then of device. */
export function expectedTransitions(of: RuleCase, alteration?: Alteration): Told[] {
  const times = of.lines.map(({ input }) => input.at)
  const clock = { first: Math.min(...times), last: of.until ?? Math.max(...times) }
  const spans = of.rule.active
    ? activeSpans(of.rule.active, clock, alteration)
    : [{ from: -Infinity, to: Infinity }]
  const devices = [...new Set(of.lines.map(({ device }) => device))]
  return devices
    .flatMap((device) => {
      const own = inputsOf(of, device)
      const inputs = inTime([...limitsTold(of.rule, own, clock.last, alteration), ...own])
      const timeline = timelineOf(of.rule, inputs, spans, clock, alteration)
      const history: History = {
        rule: of.rule,
        attributes: of.attributes[device] ?? {},
        timeline,
        arrivals: arrivalsIn(timeline),
        alteration,
      }
      return transitionsOf(history, device)
    })
    .sort((a, b) => a.at - b.at || (a.target < b.target ? -1 : 1))
}

/** In order of time; of one time whether its gateway is heard, then samples, then events, each as their files have them. */
export function inputsOf({ lines }: RuleCase, device: string): Input[] {
  return lines
    .filter((line) => line.device === device)
    .map(({ input }) => input)
    .sort((a, b) => a.at - b.at || rank(a) - rank(b))
}

/** Those of one time stay in their order. */
function inTime(inputs: readonly Input[]): Input[] {
  return inputs.toSorted((a, b) => a.at - b.at)
}

function rank({ kind }: Input): number {
  return ['reach', 'sample', 'event'].indexOf(kind)
}

interface Level {
  readonly severity: Severity
  readonly when: Condition
  readonly course: Course
}

function transitionsOf(history: History, target: string): Told[] {
  const { timeline, rule, alteration } = history
  const levels = rule.levels.map(({ severity, when }) => ({
    severity,
    when,
    course: courseOf(history, when),
  }))
  const keeps = rule.active?.after === 'keep' && alteration !== 'keep-is-clear'
  const told: Told[] = []
  timeline.forEach(({ at }, index) => {
    if (timeline[index + 1]?.at === at) return
    const from = told.at(-1)?.to ?? 'clear'
    const counts = keeps ? lastActive(history, index) : index
    const to = stateOf(levels, counts, alteration)
    if (from === to) return
    const [less, graver] = [from, to].toSorted((a, b) => gravity(a) - gravity(b))
    const level = levels.find(
      ({ severity }) => severity === (alteration === 'least-grave' && less !== 'clear' ? less : graver),
    )
    const turn = level && lastTurn(level.course.turns, counts)
    if (!level || !turn) throw new Error(`from ${from} to ${to} without a level that changed`)
    const value = numberOf(history, level.when, index)
    told.push({ at, target, from, to, value, ...essence(history, level, turn, at) })
  })
  return told
}

/** The last instant up to this one at which a span was open: what was then stays as it is (9). */
function lastActive({ timeline }: History, index: number): number {
  return timeline.slice(0, index + 1).findLastIndex(({ active }) => active)
}

function stateOf(levels: readonly Level[], index: number, alteration: Alteration | undefined): Told['to'] {
  const on = levels.filter(({ course }) => lastTurn(course.turns, index)?.on)
  const byGravity = on.map(({ severity }) => severity).toSorted((a, b) => gravity(b) - gravity(a))
  return (alteration === 'least-grave' ? byGravity.at(-1) : byGravity[0]) ?? 'clear'
}

function gravity(state: Told['to']): number {
  return state === 'clear' ? -1 : SEVERITIES.indexOf(state)
}

/** The last usable value of the level's property (11). */
function numberOf(history: History, condition: Condition, index: number): Value {
  // The rule's own property may have any value where a condition is about others.
  const about = 'outside' in condition ? { any: [] } : condition
  const property = ('property' in condition ? condition.property : undefined) ?? history.rule.property
  const last = samplesOf(inputsUpTo(history, index), property).findLast(
    (sample) => usabilityIn(history, about, sample) === 'usable',
  )
  return last?.value ?? null
}

/** What `why` must tell at least: since when, why else, and the limit that decided, in numbers; or of which parts. */
function essence(history: History, { when, course }: Level, turn: Turn, at: number): Pick<Told, 'why'> {
  if (turn.because) return { why: { because: turn.because } }
  if (isSeveral(when)) {
    if (!turn.on) return { why: { since: turn.since } }
    const last = course.parts.map((turns) => lastTurn(turns, turn.index))
    const on = last.filter((part) => part?.on).map((part) => part?.since)
    return { why: { since: turn.since, parts: partsText(on) } }
  }
  const limit = decidingLimit(when, turn.on)
  if (!limit) return { why: { since: turn.since } }
  return { why: { since: turn.since, [limit.name]: limitFor(history, when, limit.limit, at) } }
}

function decidingLimit(condition: Condition, on: boolean): { name: string; limit: Limit } | undefined {
  const named = (name: string, limit: Limit) => ({ name, limit })
  if ('above' in condition) {
    const { above, clearBelow, of } = condition
    return on || of || clearBelow === undefined ? named('above', above) : named('clearBelow', clearBelow)
  }
  if ('below' in condition) {
    const { below, clearAbove, of } = condition
    return on || of || clearAbove === undefined ? named('below', below) : named('clearAbove', clearAbove)
  }
  return undefined
}
