import type { BacktestFault, SeenProperty } from '@ganzhi/contracts/backtest'
import type { Transition } from '@ganzhi/contracts/transition'
import type { CompiledRule } from '../engine/compile-rule.ts'
import type { Attributes } from '../engine/condition.ts'
import type { RuleInput, Scalar } from '../engine/rule-input.ts'
import type { RuleState } from '../engine/rule-state.ts'
import { step } from '../engine/step.ts'
import { ToldTransitions, inOrder } from './told-transitions.ts'
import { type PassedOver, SeenValues, type Unfound, mergedSeen } from './seen-values.ts'

export interface Backtest {
  /** By time; at the same time by device. */
  readonly transitions: readonly Transition[]
  /** What was there to be judged. */
  readonly seen: readonly SeenProperty[]
  readonly inputs: number
  readonly faults: readonly BacktestFault[]
}

/** A device as one rule sees it. */
export interface TriedDevice {
  /** As its transitions name it. */
  readonly target: string
  /** To which limits of the rule may refer. */
  readonly attributes?: Attributes | undefined
  state: RuleState | undefined
}

/** One rule, tried by the function that judges live values on any number of devices: one after the other, or a piece of each in turn. */
export class Trial {
  readonly rule: CompiledRule
  readonly #seen: SeenValues
  readonly #told: ToldTransitions
  readonly #faults = new Map<string, BacktestFault>()
  #inputs = 0

  /** It fails where more is told than `most`. */
  constructor(rule: CompiledRule, most = Infinity) {
    this.rule = rule
    this.#told = new ToldTransitions(rule, most)
    this.#seen = new SeenValues((property) => usableBy(rule, property))
  }

  get inputs(): number {
    return this.#inputs
  }

  take(device: TriedDevice, input: RuleInput): void {
    const { rule } = this
    if (input.kind === 'sample' || input.kind === 'event') this.#inputs += 1
    if (input.kind === 'sample' && rule.properties.has(input.property)) this.#seen.take(device.target, input)
    const { state, transitions, faults } = step(rule, device.state, input, device.attributes)
    device.state = state
    for (const transition of transitions) this.#told.take(device.target, transition)
    for (const { field, message } of faults) {
      const key = `${field} ${message}`
      this.#faults.set(key, { field, message, times: (this.#faults.get(key)?.times ?? 0) + 1 })
    }
  }

  /** Samples of a day that it is known to do nothing at. */
  passOver(target: string, property: string, passed: PassedOver): void {
    this.#inputs += passed.samples
    if (this.rule.properties.has(property)) this.#seen.passOver(target, property, passed)
  }

  /** Where the lowest and the highest values were passed over: they are still to be found. */
  get unfound(): Iterable<Unfound> {
    return this.#seen.unfound
  }

  result(): Backtest {
    return {
      transitions: this.#told.inOrder(),
      seen: this.#seen.properties(),
      inputs: this.#inputs,
      faults: [...this.#faults.values()],
    }
  }
}

/** Of one rule on several groups of devices. */
export function mergedBacktests(parts: readonly Backtest[]): Backtest {
  const faults = Map.groupBy(
    parts.flatMap((part) => part.faults),
    ({ field, message }) => `${field} ${message}`,
  )
  return {
    transitions: inOrder(parts.flatMap(({ transitions }) => transitions)),
    seen: mergedSeen(parts.flatMap(({ seen }) => seen)),
    inputs: parts.reduce((sum, { inputs }) => sum + inputs, 0),
    faults: [...faults.values()].flatMap(([first, ...others]) =>
      first ? [{ ...first, times: others.reduce((sum, { times }) => sum + times, first.times) }] : [],
    ),
  }
}

/** Of several conditions on the same devices: what was there to be judged counts once. */
export function mergedParts(parts: readonly Backtest[]): Omit<Backtest, 'transitions'> {
  const seen = new Map(
    parts
      .flatMap((part) => part.seen)
      .toReversed()
      .map((each) => [each.property, each]),
  )
  return {
    seen: [...seen.values()],
    inputs: Math.max(0, ...parts.map(({ inputs }) => inputs)),
    faults: parts.flatMap(({ faults }) => faults),
  }
}

/** Whether all conditions about a property can judge a value of it. */
function usableBy({ hearing, conditions }: CompiledRule, property: string): (value: Scalar) => boolean {
  const judges = (hearing.get(property) ?? []).flatMap((i) => conditions[i]?.single ?? [])
  return (value) => judges.every((single) => single.usable(value))
}
