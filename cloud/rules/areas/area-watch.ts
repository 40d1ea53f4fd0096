import type { AlarmState } from '@ganzhi/contracts/transition'
import type { CompiledRule } from '../engine/compile-rule.ts'
import type { Meeting } from '../engine/conditions/devices.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import { type RuleState, dueAt } from '../engine/rule-state.ts'
import { step } from '../engine/step.ts'
import type { EngineTransition } from '../engine/step-result.ts'
import type { Fact } from './fact.ts'

/** Named in a transition; all are counted. */
const NAMED = 20

/** One rule at one area: which devices meet its conditions, and what follows. Facts come in order of time. */
export class AreaWatch {
  readonly #rule: CompiledRule
  readonly #meeting = new Map<string, Set<string>>()
  /** The same as the engine sees it. */
  readonly #attributes: Record<string, Meeting> = {}
  #state: RuleState | undefined

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

  get isAtRest(): boolean {
    return this.state === undefined && this.#isEmpty
  }

  get dueAt(): number {
    return dueAt(this.#state) ?? Infinity
  }

  /** Who met a condition when it was remembered. */
  restore(part: string, device: string): void {
    this.#devicesOf(part).add(device)
  }

  take({ kind, at, device, what }: Fact): readonly EngineTransition[] {
    if (kind === 'event') {
      return this.#step({ kind: 'event', at, type: what, phase: 'started', incident: '' })
    }
    // What is over by then was so with those who met it until then.
    const before = this.judgeBefore(at)
    const devices = this.#devicesOf(what)
    if (kind === 'meets') devices.add(device)
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
    const { state, transitions } = step(this.#rule, this.#state, input, this.#attributes)
    this.#state = state
    return transitions
  }

  #devicesOf(part: string): Set<string> {
    let devices = this.#meeting.get(part)
    if (!devices) {
      this.#meeting.set(part, (devices = new Set()))
      this.#attributes[part] = meetingOf(devices)
    }
    return devices
  }
}

/** Whoever tells of it asks who they are: the same ones, in whatever order they have come. */
function meetingOf(devices: ReadonlySet<string>): Meeting {
  return {
    get counted() {
      return devices.size
    },
    get who() {
      return [...devices].toSorted().slice(0, NAMED)
    },
  }
}
