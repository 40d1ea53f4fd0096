import type { CompiledRule } from '../engine/compile-rule.ts'
import type { Attributes } from '../engine/condition.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import { type RuleState, dueAt } from '../engine/rule-state.ts'
import { step } from '../engine/step.ts'
import type { EngineTransition, RuleFault } from '../engine/step-result.ts'

/** One rule at one device as it goes on: inputs in order of time, and what becomes due between them. */
export class Judging {
  readonly #rule: CompiledRule
  readonly #attributesAt: (at: number) => Attributes
  readonly transitions: EngineTransition[] = []
  state: RuleState | undefined
  steps = 0
  /** The first expression that could not be evaluated. */
  fault: RuleFault | undefined

  constructor(rule: CompiledRule, state: RuleState | undefined, attributesAt: (at: number) => Attributes) {
    this.#rule = rule
    this.state = state
    this.#attributesAt = attributesAt
  }

  take(input: RuleInput): void {
    this.#elapse(input.at)
    this.#step(input)
  }

  /** Nothing that is at `until` or before it comes any more. */
  passTo(until: number): void {
    this.#elapse(until + 1)
  }

  #elapse(before: number): void {
    for (let due = dueAt(this.state); due !== undefined && due < before; due = dueAt(this.state)) {
      this.#step({ kind: 'clock', at: due })
      if (dueAt(this.state) === due) throw new Error(`the moment ${due} does not end`)
    }
  }

  #step(input: RuleInput): void {
    const stepped = step(this.#rule, this.state, input, this.#attributesAt(input.at))
    this.state = stepped.state
    this.transitions.push(...stepped.transitions)
    this.steps++
    this.fault ??= stepped.faults[0]
  }
}
