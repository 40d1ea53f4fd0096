import { setImmediate as othersFirst } from 'node:timers/promises'
import type { CompiledRule } from '../engine/compile-rule.ts'
import type { Attributes } from '../engine/condition.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import { type Backtest, Trial } from './trial.ts'

/** Whose turn it is besides is asked after so many inputs. */
const INPUTS_AT_ONCE = 50_000

/** What is known of one device, by time; may be gone through more than once. */
export interface DeviceHistory {
  readonly device: string
  /** To which limits of the rule may refer. */
  readonly attributes?: Attributes | undefined
  /** All that it sent. */
  readonly properties?: ReadonlySet<string> | undefined
  /** Where it stands, of the areas that a rule judges. */
  readonly area?: string | undefined
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

export interface BacktestOptions {
  readonly signal: AbortSignal
  /** Told now and then. */
  readonly onProgress?: (inputs: number) => void
}

/** What a rule would have told of a history. */
export async function backtest(
  rule: CompiledRule,
  { span, devices }: History,
  { signal, onProgress }: BacktestOptions,
): Promise<Backtest> {
  const trial = new Trial(rule)
  for (const { device: target, attributes, inputs } of devices) {
    const device = { target, attributes, state: undefined }
    for (const input of inputs) {
      trial.take(device, input)
      if (trial.inputs % INPUTS_AT_ONCE !== 0) continue
      onProgress?.(trial.inputs)
      await othersFirst()
      signal.throwIfAborted()
    }
    if (span) trial.take(device, { kind: 'clock', at: span.to })
  }
  return trial.result()
}
