import type { CompiledCondition } from './compile-rule.ts'
import type { Moment } from './moment.ts'
import type { ConditionState } from './rule-state.ts'

type Why = Readonly<Record<string, unknown>>

/** Why the condition at `index` is on, or off: what decided, as the rule has it, since when, and what was counted. */
export function whyOf(
  conditions: readonly CompiledCondition[],
  states: readonly (ConditionState | null)[],
  index: number,
  now: Moment,
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
  const { single, combine, parts } = condition
  if (single) {
    const counted = single.counted?.(state.memory)
    return {
      ...single.fields(on, now),
      ...said,
      ...since,
      ...(counted !== undefined && { counted }),
    }
  }
  const decided = parts.filter((part) => (states[part]?.on ?? false) === on)
  return {
    [combine ?? 'all']: decided.map((part) => whyOf(conditions, states, part, now)),
    ...said,
    ...since,
  }
}
