import { type HistoryLimit, type HistorySide, historyProperty } from '@ganzhi/contracts/history-limit'
import type { Limit, SingleCondition } from '@ganzhi/contracts/rule-condition'
import type { JudgedRule } from '../engine/judged-rule.ts'
import { singleConditions } from '../rule-conditions.ts'

/** A limit from history, as a property of devices. */
export interface AskedLimit extends Pick<HistoryLimit, 'percentile' | 'days'> {
  /** Its own name, and that of the property which it is about. */
  readonly property: string
  readonly of: string
  readonly side: HistorySide
}

/** What rules ask of their devices' history, each once. */
export function askedLimits(...rules: readonly JudgedRule[]): AskedLimit[] {
  const asked = new Map<string, AskedLimit>()
  const conditions = rules.flatMap((rule) =>
    singleConditions(rule).map(({ condition }) => ({ condition, own: rule.for.property })),
  )
  for (const { condition, own } of conditions) {
    const judged = 'devices' in condition ? condition.devices.when : condition
    const of = ('property' in judged ? judged.property : undefined) ?? own
    if (of === undefined) continue
    const side = 'below' in judged ? 'low' : 'high'
    for (const limit of limitsIn(judged)) {
      if (typeof limit !== 'object' || !('percentile' in limit)) continue
      const { percentile, days } = limit
      const property = historyProperty(of, side, limit)
      asked.set(property, { property, of, side, percentile, days })
    }
  }
  return [...asked.values()]
}

function limitsIn(condition: SingleCondition): (Limit | undefined)[] {
  if ('above' in condition) return [condition.above, condition.clearBelow]
  return 'below' in condition ? [condition.below, condition.clearAbove] : []
}
