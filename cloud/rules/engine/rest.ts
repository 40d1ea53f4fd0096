import type { CompiledRule } from './compile-rule.ts'
import { HOLDS } from './condition.ts'
import { NO_FAULTS } from './moment.ts'
import { type RuleInput, type SampleInput, type Scalar, scalarOf } from './rule-input.ts'
import type { RuleState, Values } from './rule-state.ts'
import type { EngineTransition, StepResult } from './step-result.ts'

export const NO_TRANSITIONS: readonly EngineTransition[] = []
const NOTHING: StepResult = { state: undefined, transitions: NO_TRANSITIONS, faults: NO_FAULTS }
const NOT_HEARD: readonly number[] = []

/**
 * What nearly every input does to nearly every rule: nothing holds, is pending or counted, and nothing begins to. Undefined where
 * something may, and the step is to be made in full.
 */
export function restAfter(
  rule: CompiledRule,
  state: RuleState | undefined,
  input: RuleInput,
): StepResult | undefined {
  switch (input.kind) {
    case 'clock':
      return same(state)
    case 'event':
      return rule.countsFromFirstInput || rule.watching.has(input.type) ? undefined : same(state)
    case 'reach':
      return rule.mindsReach ? undefined : same(state)
    case 'sample':
      return rule.countsFromFirstInput ? undefined : restAfterSample(rule, state, input)
  }
}

function same(state: RuleState | undefined): StepResult {
  return state === undefined ? NOTHING : { state, transitions: NO_TRANSITIONS, faults: NO_FAULTS }
}

function restAfterSample(
  rule: CompiledRule,
  state: RuleState | undefined,
  { at, property, value, quality }: SampleInput,
): StepResult | undefined {
  const scalar = quality === 'good' ? scalarOf(value) : null
  if (scalar === null) return same(state)
  const known = rule.keepsValues
    ? withValue(rule, state?.values ?? rule.noValues, property, scalar)
    : undefined
  const heard = rule.hearing.get(property) ?? NOT_HEARD
  const { now, conditions } = rule
  now.at = at
  now.value = scalar
  now.values = known ?? rule.noValues
  for (let n = 0; n < heard.length; n += 1) {
    const single = conditions[heard[n] ?? 0]?.single
    if (!single?.usable(scalar)) continue
    if (single.overAll) return undefined
    const memory = single.remember?.(undefined, now)
    if (memory !== undefined || single.judge(memory, now) === HOLDS) return undefined
  }
  if (now.faults !== NO_FAULTS) return undefined
  if (known === undefined || known === state?.values || known === rule.noValues) return same(state)
  return { state: { told: 'clear', values: known }, transitions: NO_TRANSITIONS, faults: NO_FAULTS }
}

/** The same ones where the value is none of them, or known already. */
export function withValue(rule: CompiledRule, values: Values, property: string, scalar: Scalar): Values {
  const { slots } = rule
  let next: (Scalar | null)[] | undefined
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i]
    if (slot?.property !== property || !slot.usable(scalar) || values[i] === scalar) continue
    next ??= values.slice()
    next[i] = scalar
  }
  return next ?? values
}
