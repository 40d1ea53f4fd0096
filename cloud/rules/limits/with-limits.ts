import { type RuleInput, type SampleInput, scalarOf } from '../engine/rule-input.ts'
import type { AskedLimit } from './asked-limits.ts'
import { HOUR_MS, historyNumber, hourOf, hoursBefore } from './history-number.ts'

/** What is told of a limit at a full hour. */
export function limitSample(property: string, at: number, number: number | undefined): SampleInput {
  return number === undefined
    ? { kind: 'sample', at, property, quality: 'uncertain', value: null }
    : { kind: 'sample', at, property, quality: 'good', value: number }
}

/** What one device told, by time, and at each full hour up to `until` the limits that come of what it told before. */
export function* withLimits(
  inputs: Iterable<RuleInput>,
  limits: readonly AskedLimit[],
  until: number,
): Generator<RuleInput> {
  const extremes = limits.map(() => new Map<number, number>())
  let next: number | undefined
  function* told(at: number): Generator<RuleInput> {
    for (next ??= hourOf(at - 1) + HOUR_MS; next <= at; next += HOUR_MS) {
      for (const [i, limit] of limits.entries()) {
        const known = hoursBefore(next, limit).flatMap((hour) => extremes[i]?.get(hour) ?? [])
        yield limitSample(limit.property, next, historyNumber(known, limit))
      }
    }
  }
  for (const input of inputs) {
    yield* told(input.at)
    if (input.kind === 'sample') note(input, limits, extremes)
    yield input
  }
  if (next !== undefined) yield* told(until)
}

function note(
  { at, property, value, quality }: SampleInput,
  limits: readonly AskedLimit[],
  extremes: readonly Map<number, number>[],
): void {
  const number = quality === 'good' ? scalarOf(value) : null
  if (typeof number !== 'number') return
  const hour = hourOf(at)
  for (const [i, { of, side }] of limits.entries()) {
    if (of !== property) continue
    const known = extremes[i]?.get(hour) ?? number
    extremes[i]?.set(hour, side === 'high' ? Math.max(known, number) : Math.min(known, number))
  }
}
