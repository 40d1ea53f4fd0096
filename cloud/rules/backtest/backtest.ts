import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Transition } from '@ganzhi/contracts/transition'
import type { CompiledRule } from '../engine/compile-rule.ts'
import type { RuleInput, Scalar } from '../engine/rule-input.ts'
import type { RuleState } from '../engine/rule-state.ts'
import { step } from '../engine/step.ts'
import type { EngineTransition, RuleFault } from '../engine/step-result.ts'
import { transitionId } from '../transition-id.ts'
import { type SeenProperty, SeenValues } from './seen-values.ts'

/** Whose turn it is besides is asked after so many inputs. */
const INPUTS_AT_ONCE = 50_000

/** What is known of one device, by time; may be gone through more than once. */
export interface DeviceHistory {
  readonly device: string
  /** To which limits of the rule may refer. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  readonly inputs: Iterable<RuleInput>
}

export interface History {
  /** From its first input to its last, for all devices; none where there is no input. */
  readonly span: Span | undefined
  readonly devices: readonly DeviceHistory[]
}

/** ms since 1970, both ends included */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Backtest {
  /** By time; at the same time by device. */
  readonly transitions: readonly Transition[]
  /** What was there to be judged. */
  readonly seen: readonly SeenProperty[]
  readonly inputs: number
  /** What failed in judging, and how often: an expression over a text. */
  readonly faults: readonly BacktestFault[]
}

export interface BacktestFault extends RuleFault {
  readonly times: number
}

export interface BacktestOptions {
  readonly signal: AbortSignal
  /** Told now and then. */
  readonly onProgress?: (inputs: number) => void
}

/** What a rule would have told of a history, by the function that judges live values. */
export async function backtest(
  rule: CompiledRule,
  { span, devices }: History,
  { signal, onProgress }: BacktestOptions,
): Promise<Backtest> {
  const transitions: Transition[] = []
  const seen = new SeenValues((property, value) => canUse(rule, property, value))
  const faults = new Map<string, BacktestFault>()
  let inputs = 0

  for (const { device, attributes, inputs: ofDevice } of devices) {
    let state: RuleState | undefined
    const take = (input: RuleInput): void => {
      const result = step(rule, state, input, attributes)
      state = result.state
      for (const transition of result.transitions) transitions.push(toldOf(rule, device, transition))
      for (const { field, message } of result.faults) {
        const key = `${field} ${message}`
        faults.set(key, { field, message, times: (faults.get(key)?.times ?? 0) + 1 })
      }
    }
    for (const input of ofDevice) {
      if (input.kind === 'sample' && rule.properties.has(input.property)) seen.take(device, input)
      take(input)
      inputs += 1
      if (inputs % INPUTS_AT_ONCE !== 0) continue
      onProgress?.(inputs)
      await othersFirst()
      signal.throwIfAborted()
    }
    if (span) take({ kind: 'clock', at: span.to })
  }
  return {
    transitions: transitions.toSorted(
      (a, b) => compare(Date.parse(a.at), Date.parse(b.at)) || compare(a.target, b.target),
    ),
    seen: seen.properties(),
    inputs,
    faults: [...faults.values()],
  }
}

/** Whether all conditions about a property can judge a value of it. */
function canUse({ hearing, conditions }: CompiledRule, property: string, value: Scalar): boolean {
  return (hearing.get(property) ?? []).every((i) => conditions[i]?.single?.usable(value) ?? true)
}

function toldOf(
  { id, version }: CompiledRule,
  target: string,
  { at, from, to, value, why }: EngineTransition,
): Transition {
  const rule = { id, version }
  return {
    id: transitionId({ rule, target, at, from, to }),
    rule,
    at: new Date(at).toISOString(),
    target,
    from,
    to,
    value,
    why,
  }
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
