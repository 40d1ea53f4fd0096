import type { AlarmState } from '@ganzhi/contracts/transition'
import type { CompiledRule } from '../engine/compile-rule.ts'
import type { Meeting } from '../engine/conditions/devices.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import { type RuleState, dueAt } from '../engine/rule-state.ts'
import { step } from '../engine/step.ts'
import type { EngineTransition, RuleFault } from '../engine/step-result.ts'
import type { MetThere } from './area-rule.ts'
import type { Fact } from './fact.ts'

/** Named in a transition; all are counted. */
const NAMED = 20

/** One rule at one area: which devices meet its conditions, and what follows. Facts come in order of time. */
export class AreaWatch {
  readonly #rule: CompiledRule
  readonly #meeting = new Map<string, Map<string, number | null>>()
  /** The same as the engine sees it. */
  readonly #attributes: Record<string, Meeting> = {}
  #state: RuleState | undefined
  #fault: RuleFault | undefined

  constructor(rule: CompiledRule, state?: RuleState) {
    this.#rule = rule
    this.#state = state
  }

  /** What is to be remembered beside who meets the conditions; undefined where that says all. */
  get state(): RuleState | undefined {
    return this.#state?.conditions === undefined && this.#isEmpty ? undefined : this.#state
  }

  /** The alarm as it was last told. */
  get told(): AlarmState {
    return this.#state?.told ?? 'clear'
  }

  /** The first expression that could not be evaluated. */
  get fault(): RuleFault | undefined {
    return this.#fault
  }

  get isAtRest(): boolean {
    return this.state === undefined && this.#isEmpty
  }

  get dueAt(): number {
    return dueAt(this.#state) ?? Infinity
  }

  /** Who met a condition when it was remembered. */
  restore({ part, device, value }: MetThere): void {
    this.#devicesOf(part).set(device, value)
  }

  take({ kind, at, device, what, value = null }: Fact): readonly EngineTransition[] {
    if (kind === 'event') {
      return this.#step({ kind: 'event', at, type: what, phase: 'started', incident: '' })
    }
    // What is over by then was so with those who met it until then.
    const before = this.judgeBefore(at)
    const devices = this.#devicesOf(what)
    if (kind === 'meets') devices.set(device, value)
    else devices.delete(device)
    const sample = { kind: 'sample', at, property: what, value: devices.size, quality: 'good' } as const
    return [...before, ...this.#step(sample)]
  }

  /** Nothing that is earlier than `at` will come any more. */
  judgeBefore(at: number): readonly EngineTransition[] {
    return this.dueAt < at ? this.#step({ kind: 'clock', at: at - 1 }) : []
  }

  get #isEmpty(): boolean {
    return this.#meeting.values().every(({ size }) => size === 0)
  }

  #step(input: RuleInput): readonly EngineTransition[] {
    const { state, transitions, faults } = step(this.#rule, this.#state, input, this.#attributes)
    this.#state = state
    this.#fault ??= faults[0]
    return transitions
  }

  #devicesOf(part: string): Map<string, number | null> {
    let devices = this.#meeting.get(part)
    if (!devices) {
      this.#meeting.set(part, (devices = new Map()))
      this.#attributes[part] = meetingOf(devices)
    }
    return devices
  }
}

/** Whoever tells of it asks who they are: the same ones, in whatever order they have come. */
function meetingOf(devices: ReadonlyMap<string, number | null>): Meeting {
  return {
    get counted() {
      return devices.size
    },
    get who() {
      return [...devices.keys()].toSorted().slice(0, NAMED)
    },
    get values() {
      return [...devices.values()].filter((value) => value !== null).toSorted((a, b) => a - b)
    },
  }
}
