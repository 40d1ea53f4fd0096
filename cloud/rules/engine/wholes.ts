import { GONE, HOLDS, type Verdict } from './condition.ts'
import { isIdle, type Turning } from './lasting.ts'
import type { ConditionState } from './rule-state.ts'

/** What a condition that is made of parts is by them. */
export function byParts(
  { combine, parts }: { readonly combine: 'all' | 'any' | undefined; readonly parts: readonly number[] },
  states: readonly (ConditionState | null)[],
): Verdict {
  const on = (part: number): boolean => states[part]?.on ?? false
  return (combine === 'all' ? parts.every(on) : parts.some(on)) ? HOLDS : GONE
}

/**
 * What is off and remembers nothing is told by null; a part only when what is made of it is off too. Changes `own`, a copy of
 * the states, or makes one where it has to.
 */
export function withoutIdle(
  states: readonly (ConditionState | null)[],
  own: (Turning | null)[] | undefined,
  wholes: readonly (number | undefined)[],
): (Turning | null)[] | undefined {
  for (let i = states.length - 1; i >= 0; i -= 1) {
    const state = states[i]
    if (!state || !isIdle(state)) continue
    const whole = wholes[i]
    if (whole !== undefined && states[whole]?.on) continue
    own ??= [...states]
    own[i] = null
  }
  return own
}
