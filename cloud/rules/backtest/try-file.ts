import type { Rule } from '@ganzhi/contracts/rule'
import type { Fact } from '../areas/fact.ts'
import { type Surroundings, compileRule } from '../engine/compile-rule.ts'
import { areaBacktest, countedTypes, deviceRules, isOverAreas } from './area-backtest.ts'
import { type BacktestOptions, type DeviceHistory, type History, backtest } from './backtest.ts'
import type { Backtest } from './trial.ts'

/** What a rule would have told of a history from files, of areas as well where that says in which its devices stand. */
export async function tryFile(
  rule: Rule,
  history: History,
  surroundings: Surroundings,
  options: BacktestOptions,
): Promise<Backtest> {
  if (!isOverAreas(rule)) return backtest(compileRule(rule, surroundings), history, options)
  const parts: Backtest[] = []
  for (const part of deviceRules(rule)) {
    const { property } = part.for
    const devices = history.devices.filter(
      ({ properties }) => property === undefined || properties?.has(property),
    )
    parts.push(await backtest(compileRule(part, surroundings), { ...history, devices }, options))
  }
  const areas = new Map(history.devices.map(({ device, area }) => [device, area]))
  const types = countedTypes(rule)
  return areaBacktest(
    rule,
    compileRule(rule, surroundings),
    {
      parts,
      events: types.length === 0 ? [] : history.devices.flatMap((each) => begunIn(each, types)),
      areaOf: (device) => areas.get(device),
      until: (history.span?.to ?? 0) + 1,
    },
    options,
  )
}

function begunIn({ device, inputs }: DeviceHistory, types: readonly string[]): Fact[] {
  const begun: Fact[] = []
  for (const input of inputs) {
    if (input.kind === 'event' && input.phase === 'started' && types.includes(input.type))
      begun.push({ kind: 'event', at: input.at, device, what: input.type })
  }
  return begun
}
