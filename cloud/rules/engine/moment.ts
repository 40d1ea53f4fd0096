import type { Attributes } from './condition.ts'
import type { Scalar } from './rule-input.ts'
import type { Values } from './rule-state.ts'
import type { RuleFault } from './step-result.ts'

export const NO_FAULTS: readonly RuleFault[] = []

/** What is judged: an input of a device, with what is known of it besides. A rule has one, filled anew in each step. */
export class Moment {
  at = 0
  /** Of a sample. */
  value: Scalar = 0
  /** Of an event. */
  begins = false
  incident = ''
  values: Values = []
  attributes: Attributes = {}
  faults = NO_FAULTS

  /** What went wrong in judging, by the field of the rule. */
  fail(field: string, message: string): void {
    this.faults = [...this.faults, { field, message }]
  }
}
