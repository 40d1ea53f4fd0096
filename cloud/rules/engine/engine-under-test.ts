import type { Quality, Value } from '@ganzhi/contracts/reading'
import type { Rule } from '@ganzhi/contracts/rule'
import { type CompiledRule, compileRule } from './compile-rule.ts'
import type { Attributes } from './condition.ts'
import type { RuleInput } from './rule-input.ts'
import type { RuleState } from './rule-state.ts'
import { step } from './step.ts'

const MINUTE_MS = 60_000

/** `12` is twelve minutes into the day that tests play on, `12.5` half a minute more. */
export function minute(minutes: number): number {
  return Date.UTC(2026, 10, 21) + Math.round(minutes * MINUTE_MS)
}

export function sample(at: number, value: Value, property = 'p', quality: Quality = 'good'): RuleInput {
  return { kind: 'sample', at: minute(at), property, value, quality }
}

export function event(at: number, phase: string, incident = 'i', type = 'cn.ganzhi.crowd'): RuleInput {
  return { kind: 'event', at: minute(at), type, phase, incident }
}

export function reach(at: number, reached: boolean): RuleInput {
  return { kind: 'reach', at: minute(at), reached }
}

export function clock(at: number): RuleInput {
  return { kind: 'clock', at: minute(at) }
}

/** A rule about the property `p`, of one level that is `major` where nothing else is said. */
export function ruleOf(fields: Partial<Rule>): Rule {
  const rule = { id: 'r', version: 1, for: { property: 'p' }, ...fields }
  return ('levels' in rule ? rule : { severity: 'major', ...rule }) as Rule
}

/** With a schedule it counts between the first and second of `edges`, the third and fourth, and so on. */
export function compiled(fields: Partial<Rule>, edges: readonly number[] = []): CompiledRule {
  const times = edges.map(minute)
  return compileRule(ruleOf(fields), {
    openSchedule: () => ({
      isActive: (at) => times.filter((edge) => edge <= at).length % 2 === 1,
      nextEdge: (at) => times.find((edge) => edge > at),
    }),
  })
}

export interface Told {
  readonly at: number
  readonly change: string
  readonly value: unknown
  readonly why: Readonly<Record<string, unknown>>
}

/** What a rule tells of inputs; times in minutes. */
export function told(rule: CompiledRule, inputs: readonly RuleInput[], attributes: Attributes = {}): Told[] {
  let state: RuleState | undefined
  return inputs.flatMap((input) => {
    const result = step(rule, state, input, attributes)
    state = result.state
    return result.transitions.map(({ at, from, to, value, why }) => ({
      at: (at - minute(0)) / MINUTE_MS,
      change: `${from} → ${to}`,
      value,
      why,
    }))
  })
}

/** The same in one line each: `5 clear → major`. */
export function lines(
  rule: CompiledRule,
  inputs: readonly RuleInput[],
  attributes: Attributes = {},
): string[] {
  return told(rule, inputs, attributes).map(({ at, change }) => `${at} ${change}`)
}
