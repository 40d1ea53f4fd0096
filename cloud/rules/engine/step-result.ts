import type { AlarmState } from '@ganzhi/contracts/transition'
import type { Scalar } from './rule-input.ts'
import type { RuleState } from './rule-state.ts'

/** An alarm of one device begins, becomes graver or less grave, or ends. */
export interface EngineTransition {
  readonly at: number
  readonly from: AlarmState
  readonly to: AlarmState
  readonly value: Scalar | null
  readonly why: Readonly<Record<string, unknown>>
}

export interface RuleFault {
  /** Of the rule. */
  readonly field: string
  readonly message: string
}

export interface StepResult {
  readonly state: RuleState | undefined
  readonly transitions: readonly EngineTransition[]
  /** What went wrong in judging: it is as if the condition were in between. */
  readonly faults: readonly RuleFault[]
}
