import type { AreaLevel } from '@ganzhi/contracts/area'
import type { Rule, RuleScope } from '@ganzhi/contracts/rule'
import type { Pool } from 'pg'
import type { Span } from '../../series-store/series-store.ts'
import { type Surroundings, compileRule } from '../engine/compile-rule.ts'
import { begunIncidents } from '../history/begun-incidents.ts'
import { areasOf } from '../history/stored-areas.ts'
import {
  type HistoryDevice,
  devicesInScope,
  gatewaysInScope,
  linksInScope,
} from '../history/stored-devices.ts'
import { areaBacktest, countedTypes, deviceRules, isOverAreas } from './area-backtest.ts'
import { type StoredOptions, storedBacktest } from './stored-backtest.ts'
import type { Backtest } from './trial.ts'

/** How often devices may come to meet a condition of a rule over areas, or leave it; and incidents that are counted. */
const MOST_FACTS = 200_000

export interface StoredRules {
  /** Versions of one rule, over the same. */
  readonly rules: readonly Rule[]
  readonly scope: RuleScope
  readonly span: Span
  readonly mostTransitions: number
}

/** Devices, gateways or links of which something is stored that the rules look at. */
export async function triedDevices(
  pool: Pool,
  { rules, scope, span }: StoredRules,
  surroundings: Surroundings,
): Promise<HistoryDevice[]> {
  if (rules.some(({ each }) => each === 'gateway')) return gatewaysInScope(pool, scope)
  if (rules.some(({ each }) => each === 'link')) return linksInScope(pool, scope, span)
  const compiled = rules.flatMap(deviceRules).map((each) => compileRule(each, surroundings))
  const heeded = {
    properties: new Set(compiled.flatMap(({ properties }) => [...properties])),
    eventTypes: new Set(compiled.flatMap(({ eventTypes }) => [...eventTypes])),
  }
  return devicesInScope(pool, scope, heeded, span)
}

/** What rules would have told of what is stored: of each its backtest. */
export async function tryRules(
  pool: Pool,
  { rules, span, mostTransitions }: StoredRules,
  devices: readonly HistoryDevice[],
  surroundings: Surroundings,
  options: StoredOptions,
): Promise<Backtest[]> {
  const { connectionString: url = '' } = pool.options
  const atDevices = rules.map(deviceRules)
  const most = rules.some(isOverAreas) ? MOST_FACTS : mostTransitions
  const task = { url, rules: atDevices.flat(), devices, span, mostTransitions: most }
  const results = task.rules.length === 0 ? [] : await storedBacktest(task, options)
  const tried: Backtest[] = []
  for (const [i, rule] of rules.entries()) {
    const parts = results.splice(0, atDevices[i]?.length)
    const [whole] = parts
    if (!isOverAreas(rule) && whole) tried.push(whole)
    else {
      const compiled = compileRule(rule, surroundings)
      const history = { parts, ...(await storedFacts(pool, rule, devices, span)), until: span.to }
      tried.push(
        await areaBacktest(rule, compiled, history, { signal: options.signal, most: mostTransitions }),
      )
    }
  }
  return tried
}

async function storedFacts(pool: Pool, rule: Rule, devices: readonly HistoryDevice[], span: Span) {
  const names = devices.map(({ gateway, device }) => `${gateway}/${device}`)
  const areas = await areasOf(pool, devices, rule.each as AreaLevel)
  const ofDevices = new Map(names.map((name, i) => [name, areas[i]]))
  const begun = await begunIncidents(pool, devices, countedTypes(rule), span, MOST_FACTS)
  return {
    areaOf: (device: string) => ofDevices.get(device),
    events: begun.map(({ device, type, at }) => ({
      kind: 'event' as const,
      at,
      device: names[device] ?? '',
      what: type,
    })),
  }
}
