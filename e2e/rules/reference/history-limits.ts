import type { HistoryLimit } from '@ganzhi/contracts/history-limit'
import type { Limit } from '@ganzhi/contracts/rule-condition'

import type { Alteration } from './alteration.ts'
import { type CaseRule, type Input, partsOf, type Sample, type Single } from '../cases/rule-case.ts'

const HOUR_MS = 3_600_000

/** Limits from history that a condition has, as properties of the device (11). */
export function limitProperties(condition: Single, rule: CaseRule): string[] {
  return limitsOf(condition).map((limit) => nameOf(limit, condition, rule))
}

/** What is told of the limits of a rule: at each full hour from the device's first input on. */
export function limitsTold(
  rule: CaseRule,
  inputs: readonly Input[],
  last: number,
  alteration: Alteration | undefined,
): Sample[] {
  const first = Math.min(...inputs.map(({ at }) => at))
  const hours: number[] = []
  for (let hour = Math.ceil(first / HOUR_MS) * HOUR_MS; hour <= last; hour += HOUR_MS) hours.push(hour)
  const conditions = rule.levels.flatMap(({ when }) => partsOf(when))
  const told = new Map<string, Sample>()
  for (const condition of conditions) {
    for (const limit of limitsOf(condition)) {
      const property = nameOf(limit, condition, rule)
      const own = ('property' in condition ? condition.property : undefined) ?? rule.property
      for (const at of hours) {
        const width = alteration === 'limits-of-whole-days' ? 24 * HOUR_MS : HOUR_MS
        const value = numberAt(limit, 'below' in condition, inputs, own, { at, width })
        const quality = value === undefined ? 'uncertain' : 'good'
        told.set(`${property} ${at}`, { kind: 'sample', at, property, quality, value: value ?? null })
      }
    }
  }
  return [...told.values()]
}

/** The number that a limit was reckoned to be last, with what is done to it; undefined where it never could be. */
export function limitThen(
  limit: HistoryLimit,
  property: string,
  inputs: readonly Input[],
  at: number,
): number | undefined {
  const told = inputs.filter((input) => input.kind === 'sample' && input.property === property)
  const last = told.findLast((input) => input.at <= at && 'quality' in input && input.quality === 'good')
  if (!last || !('value' in last)) return limit.otherwise
  return Number(last.value) * (limit.times ?? 1) + (limit.plus ?? 0)
}

function numberAt(
  { percentile, days }: HistoryLimit,
  isLow: boolean,
  inputs: readonly Input[],
  property: string | undefined,
  hour: { readonly at: number; readonly width: number },
): number | undefined {
  const extremes: number[] = []
  for (let day = 1; day <= days; day += 1) {
    const from = hour.at - day * 24 * HOUR_MS
    const values = inputs.flatMap((input) =>
      input.kind === 'sample' &&
      input.property === property &&
      input.quality === 'good' &&
      typeof input.value === 'number' &&
      Number.isFinite(input.value) &&
      input.at >= from &&
      input.at < from + hour.width
        ? [input.value]
        : [],
    )
    if (values.length > 0) extremes.push(isLow ? Math.min(...values) : Math.max(...values))
  }
  if (2 * extremes.length < days) return undefined
  extremes.sort((a, b) => a - b)
  const way = (percentile / 100) * (extremes.length - 1)
  const [one, other] = [extremes[Math.floor(way)] ?? NaN, extremes[Math.ceil(way)] ?? NaN]
  return one * (1 - (way % 1)) + other * (way % 1)
}

function limitsOf(condition: Single): HistoryLimit[] {
  const limits: (Limit | undefined)[] =
    'above' in condition
      ? [condition.above, condition.clearBelow]
      : 'below' in condition
        ? [condition.below, condition.clearAbove]
        : []
  return limits.filter((limit) => typeof limit === 'object' && 'percentile' in limit)
}

export function nameOf({ percentile, days }: HistoryLimit, condition: Single, rule: CaseRule): string {
  const own = ('property' in condition ? condition.property : undefined) ?? rule.property ?? ''
  return `${own}_p${percentile}_${days}d_${'below' in condition ? 'low' : 'high'}`
}
