import type { PoolClient } from 'pg'
import { type Extremes, readExtremes } from '../../series-store/day-extremes.ts'
import { DAY_MS } from '../../series-store/retention.ts'
import type { CompiledRule } from '../engine/compile-rule.ts'
import type { JudgedRule } from '../engine/judged-rule.ts'
import type { Attributes } from '../engine/condition.ts'
import { step } from '../engine/step.ts'
import type { DeviceSeries } from '../history/stored-devices.ts'
import { singleConditions } from '../rule-conditions.ts'
import type { Span } from './backtest.ts'
import type { TriedOnes } from './tried-ones.ts'
import type { Trial } from './trial.ts'

/** Samples may be stored a rounding away from what they were. */
const ROUNDING = 1e-12

/** Whether all that a rule at rest asks of a value is on which side of its limits it is: what no extreme begins, nothing between them does. */
export function isAboutLimits(
  rule: JudgedRule,
  { keepsValues, countsFromFirstInput, showsValue }: CompiledRule,
): boolean {
  return (
    !showsValue &&
    !keepsValues &&
    !countsFromFirstInput &&
    singleConditions(rule).every(({ condition }) => 'above' in condition || 'below' in condition)
  )
}

/**
 * Parts devices on which no rule has anything to do in a day from the others: all rules are at rest there, and none of the day's
 * values wakes one. Such a day is passed over, which is most of them for most rules.
 */
export async function passQuiet<Device extends TriedOnes>(
  client: PoolClient,
  trials: readonly Trial[],
  devices: readonly Device[],
  day: Span,
): Promise<Device[]> {
  if (day.to - day.from !== DAY_MS) return [...devices]
  const resting = devices.filter(({ seen }) => seen.every((each) => each?.state === undefined))
  const series = resting.flatMap(({ device }) => device.series.map(({ id }) => id))
  const extremes = series.length === 0 ? new Map<number, Extremes>() : await readExtremes(client, series, day)
  return devices.filter((each) => {
    const isQuiet =
      each.seen.every((one) => one?.state === undefined) &&
      each.device.series.every((one) =>
        trials.every(({ rule }, i) =>
          rests(rule, one, extremes.get(one.id), day.from, each.seen[i]?.attributes),
        ),
      )
    if (isQuiet) pass(trials, each, extremes, day)
    return !isQuiet
  })
}

function rests(
  rule: CompiledRule,
  { property, type }: DeviceSeries,
  extremes: Extremes | undefined,
  at: number,
  attributes: Attributes | undefined,
): boolean {
  if (!extremes || extremes.bad > 0 || (type !== 'float' && type !== 'integer')) return false
  const { min, max } = extremes
  if (min === null || max === null) return true
  return [min - Math.abs(min) * ROUNDING, max + Math.abs(max) * ROUNDING].every((value) => {
    const { state, faults } = step(
      rule,
      undefined,
      { kind: 'sample', at, property, value, quality: 'good' },
      attributes,
    )
    return state === undefined && faults.length === 0
  })
}

function pass(
  trials: readonly Trial[],
  { device, seen }: TriedOnes,
  extremes: ReadonlyMap<number, Extremes>,
  day: Span,
): void {
  for (const { id, property } of device.series) {
    const { good = 0, min, max } = extremes.get(id) ?? {}
    if (typeof min !== 'number' || typeof max !== 'number') continue
    for (const [i, trial] of trials.entries()) {
      const target = seen[i]?.target
      if (target !== undefined) trial.passOver(target, property, { samples: good, min, max, day: day.from })
    }
  }
}
