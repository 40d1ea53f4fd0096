import type { CompiledRule } from './compile-rule.ts'
import type { Attributes } from './condition.ts'
import { NO_FAULTS } from './moment.ts'
import { restAfter } from './rest.ts'
import type { RuleInput } from './rule-input.ts'
import type { RuleState } from './rule-state.ts'
import { Run } from './run.ts'
import type { StepResult } from './step-result.ts'

const NO_ATTRIBUTES: Attributes = {}

/**
 * What an input does to what a rule knows of a device (docs/rules.md). Inputs come in order of time. What became of a moment
 * is told with the first input after it, or a clock input at it.
 */
export function step(
  rule: CompiledRule,
  state: RuleState | undefined,
  input: RuleInput,
  attributes: Attributes = NO_ATTRIBUTES,
): StepResult {
  rule.now.attributes = attributes
  rule.now.faults = NO_FAULTS
  if (state?.conditions === undefined) {
    const rest = restAfter(rule, state, input)
    if (rest) return rest
    rule.now.faults = NO_FAULTS
  }
  const run = new Run(rule, state)
  run.settleBefore(input.at)
  switch (input.kind) {
    case 'sample':
      run.sample(input)
      break
    case 'event':
      run.event(input)
      break
    case 'reach':
      if (rule.mindsReach) run.reach(input)
      break
    case 'clock':
      run.settleBefore(input.at + 1)
  }
  return run.result()
}

/** What a rule knows of a device of which it knows nothing yet, and which it looks at from `at` on, though no input has come. */
export function watchFrom(rule: CompiledRule, at: number, reached = true): RuleState | undefined {
  const run = new Run(rule, undefined)
  run.begin(at)
  if (rule.mindsReach) run.reach({ kind: 'reach', at, reached })
  return run.result().state
}
