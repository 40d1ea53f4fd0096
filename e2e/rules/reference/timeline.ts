import { durationMs } from '@ganzhi/contracts/duration'

import {
  type CaseRule,
  type Condition,
  type Input,
  isSeveral,
  partsOf,
  type Single,
} from '../cases/rule-case.ts'
import type { Alteration } from './alteration.ts'
import type { ActiveSpan, Clock } from './active-spans.ts'

/** Within one moment: its inputs one by one, what is due of single conditions, of all and any, and the schedule (2). */
export interface Instant {
  readonly at: number
  readonly step: 'input' | 'parts' | 'whole' | 'schedule'
  readonly input: Input | undefined
  /** Whether a span has begun and not ended. */
  readonly active: boolean
}

/** Every instant at which anything could happen to one device, and many more: all inputs, and all that can be due after one. */
export function timelineOf(
  rule: CaseRule,
  inputs: readonly Input[],
  spans: readonly ActiveSpan[],
  clock: Clock,
  alteration: Alteration | undefined,
): Instant[] {
  const edges = spans.flatMap(({ from, to }) => [from, to])
  const begun = [clock.first, ...inputs.map(({ at }) => at), ...edges]
  const offsets = [0, ...rule.levels.flatMap(({ when }) => offsetsOf(when))]
  const within = (at: number) => at >= clock.first && at <= clock.last
  const moments = [...new Set(begun.flatMap((at) => offsets.map((offset) => at + offset)))].filter(within)

  return moments
    .sort((a, b) => a - b)
    .flatMap((at): Instant[] => {
      const before = spans.some(({ from, to }) => from < at && at <= to)
      const after = spans.some(({ from, to }) => from <= at && at < to)
      const taken = inputs
        .filter((input) => input.at === at)
        .map((input): Instant => ({ at, step: 'input', input, active: before }))
      const due = (['parts', 'whole'] as const).map((step): Instant => ({
        at,
        step,
        input: undefined,
        active: before,
      }))
      const edge: Instant[] =
        before === after ? [] : [{ at, step: 'schedule', input: undefined, active: after }]
      return alteration === 'timers-first' ? [...due, ...taken, ...edge] : [...taken, ...due, ...edge]
    })
}

/** After what a part's own time is up, then its for or clearFor, then those of the whole. */
function offsetsOf(condition: Condition): number[] {
  const ofParts = partsOf(condition).flatMap((part) =>
    [0, ownTime(part)].flatMap((offset) => lastings(part).map((lasting) => offset + lasting)),
  )
  if (!isSeveral(condition)) return ofParts
  return ofParts.flatMap((offset) => lastings(condition).map((lasting) => offset + lasting))
}

function ownTime(part: Single): number {
  if ('noData' in part) return durationMs(part.noData)
  if ('stale' in part) return durationMs(part.stale)
  if ('offline' in part) return durationMs(part.offline)
  return 'events' in part ? durationMs(part.events.within) : 0
}

function lastings(condition: Condition): number[] {
  return [0, forMs(condition), clearForMs(condition)]
}

export function forMs(condition: Condition): number {
  return 'for' in condition && condition.for !== undefined ? durationMs(condition.for) : 0
}

export function clearForMs(condition: Condition): number {
  return condition.clearFor === undefined ? 0 : durationMs(condition.clearFor)
}

export function instantAt(timeline: readonly Instant[], index: number): Instant {
  const instant = timeline[index]
  if (!instant) throw new Error(`no instant ${index} among ${timeline.length}`)
  return instant
}
