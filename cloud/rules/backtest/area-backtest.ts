import { setImmediate as othersFirst } from 'node:timers/promises'
import { AreaWatch } from '../areas/area-watch.ts'
import { devicePartsOf, levelOf } from '../areas/device-parts.ts'
import type { Fact } from '../areas/fact.ts'
import type { CompiledRule } from '../engine/compile-rule.ts'
import type { BacktestFault } from '@ganzhi/contracts/backtest'
import type { JudgedRule } from '../engine/judged-rule.ts'
import type { Rule } from '@ganzhi/contracts/rule'
import { singleConditions } from '../rule-conditions.ts'
import { ToldTransitions } from './told-transitions.ts'
import { type Backtest, mergedBacktests, mergedParts } from './trial.ts'

const FACTS_AT_ONCE = 2_000

/** What of a rule is tried at devices: the conditions of `devices` in a rule over areas, else the rule itself. */
export function deviceRules(rule: Rule): readonly JudgedRule[] {
  return isOverAreas(rule) ? devicePartsOf(rule).map((part) => part.rule) : [rule]
}

export function isOverAreas(rule: Rule): boolean {
  return levelOf(rule) !== undefined
}

/** Types of the incidents that a rule counts in areas. */
export function countedTypes(rule: Rule): string[] {
  return singleConditions(rule).flatMap(({ condition }) =>
    'events' in condition ? condition.events.type : [],
  )
}

export interface AreaHistory {
  /** What came of `deviceRules`, in their order. */
  readonly parts: readonly Backtest[]
  /** Incidents that began. */
  readonly events: readonly Fact[]
  readonly areaOf: (device: string) => string | null | undefined
  /** Nothing that is earlier comes any more. */
  readonly until: number
}

/** What a rule over areas makes of what its conditions make of devices, by the function that judges live ones. */
export async function areaBacktest(
  rule: Rule,
  compiled: CompiledRule,
  { parts, events, areaOf, until }: AreaHistory,
  { signal, most }: { readonly signal: AbortSignal; readonly most?: number },
): Promise<Backtest> {
  const told = new ToldTransitions(rule, most)
  const met = devicePartsOf(rule).flatMap(({ part }, i) =>
    (parts[i]?.transitions ?? []).map(({ at, target, to, value }): Fact => ({
      kind: to === 'clear' ? 'left' : 'meets',
      at: Date.parse(at),
      device: target,
      what: part,
      value: typeof value === 'number' ? value : null,
    })),
  )
  const facts = Map.groupBy(
    [...met, ...events].toSorted((a, b) => a.at - b.at),
    ({ device }) => areaOf(device),
  )
  /** Of each area the first. */
  const failed: BacktestFault[] = []
  let taken = 0
  for (const [area, theirs] of facts) {
    if (typeof area !== 'string') continue
    const watch = new AreaWatch(compiled)
    for (const fact of theirs) {
      for (const transition of watch.take(fact)) told.take(`area:${area}`, transition)
      if ((taken += 1) % FACTS_AT_ONCE !== 0) continue
      await othersFirst()
      signal.throwIfAborted()
    }
    for (const transition of watch.judgeBefore(until)) told.take(`area:${area}`, transition)
    if (watch.fault) failed.push({ ...watch.fault, times: 1 })
  }
  const { seen, inputs, faults } = mergedParts(parts)
  const atDevices = { seen, inputs: inputs + events.length, faults, transitions: told.inOrder() }
  return mergedBacktests([atDevices, { seen: [], inputs: 0, faults: failed, transitions: [] }])
}
