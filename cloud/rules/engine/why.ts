import type { Several, Single } from './compile-rule.ts'
import type { Attributes } from './condition.ts'
import type { ConditionState } from './rule-state.ts'

type Why = Readonly<Record<string, unknown>>

/** Why the condition at `index` is on, or off: what decided, as the rule has it, since when, and what was counted. */
export function whyOf(
  conditions: readonly (Single | Several)[],
  states: readonly (ConditionState | null)[],
  index: number,
  attributes: Attributes,
): Why {
  const condition = conditions[index]
  if (!condition) return {}
  const state: ConditionState = states[index] ?? { on: false }
  const since = state.since !== undefined && { since: new Date(state.since).toISOString() }
  if (state.because) return { because: state.because, ...since }
  const { on } = state
  const { for: lasting, clearFor, property } = condition.said
  const said = {
    ...(property !== undefined && { property }),
    ...(on ? lasting !== undefined && { for: lasting } : clearFor !== undefined && { clearFor }),
  }
  if ('condition' in condition) {
    const counted = condition.condition.counted?.(state.memory)
    return {
      ...condition.condition.fields(on, attributes),
      ...said,
      ...since,
      ...(counted !== undefined && { counted }),
    }
  }
  const decided = condition.parts.filter((part) => (states[part]?.on ?? false) === on)
  return {
    [condition.combine]: decided.map((part) => whyOf(conditions, states, part, attributes)),
    ...said,
    ...since,
  }
}
