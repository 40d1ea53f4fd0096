import type { Placement } from '@ganzhi/contracts/placement'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { step } from '../engine/step.ts'
import type { EngineTransition } from '../engine/step-result.ts'
import { type RuleState, dueAt } from '../engine/rule-state.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import type { DeviceInput } from './record-inputs.ts'
import type { LiveRule } from './live-rule.ts'

/** One rule at one device. */
export interface Watch {
  readonly rule: LiveRule
  /** By the platform's time: what is not later is not for it. */
  readonly begun: number
  state: RuleState | undefined
  /** It failed here, and takes nothing any more. */
  stopped: boolean
}

export interface WatchedDevice {
  readonly gatewayId: number
  readonly gateway: string
  readonly device: string
  readonly properties: Set<string>
  placement: Placement
  watches: Watch[]
  /** What some rule has still to judge. */
  pending: DeviceInput[]
  /** The platform's time at which there will be something to judge. */
  ripeAt: number
}

/** The alarm as it was last told. */
export function toldBy({ state }: Watch): AlarmState {
  return state !== undefined && 'told' in state ? state.told : 'clear'
}

/** Whether a rule looks at it. */
export function concerns(
  { rule: { compiled }, state }: Pick<Watch, 'rule' | 'state'>,
  input: RuleInput,
): boolean {
  if (compiled.countsFromFirstInput && state === undefined) return true
  if (input.kind === 'sample') return compiled.properties.has(input.property)
  return input.kind === 'event' && compiled.eventTypes.has(input.type)
}

/** Takes all that is later than `from`, up to `until`: inputs in order, and what becomes due between them. */
export function judge(
  { pending, placement }: WatchedDevice,
  watch: Watch,
  from: number,
  until: number,
): { readonly transitions: readonly EngineTransition[]; readonly steps: number } {
  const { rule } = watch
  const transitions: EngineTransition[] = []
  let { state } = watch
  let steps = 0
  const take = (input: RuleInput): void => {
    const stepped = step(rule.compiled, state, input, placement.attributes)
    state = stepped.state
    transitions.push(...stepped.transitions)
    steps++
  }
  const elapse = (before: number): void => {
    for (let due = dueAt(state); due !== undefined && due < before; due = dueAt(state)) {
      take({ kind: 'clock', at: due })
      if (dueAt(state) === due) throw new Error(`the moment ${due} does not end`)
    }
  }
  for (const { input } of pending) {
    if (input.at <= from || input.at > until || !concerns({ rule, state }, input)) continue
    elapse(input.at)
    take(input)
  }
  elapse(until + 1)
  watch.state = state
  return { transitions, steps }
}

/** By the platform's time, when there is something to judge: not before `lateness` has passed since. */
export function ripeAt({ watches, pending }: WatchedDevice, clock: number): number {
  let ripe = Infinity
  for (const watch of watches) {
    if (watch.stopped) continue
    const { latenessMs } = watch.rule
    const judged = Math.max(clock - latenessMs, watch.begun)
    const next = pending.find(({ input }) => input.at > judged && concerns(watch, input))?.input.at
    ripe = Math.min(ripe, (next ?? Infinity) + latenessMs, (dueAt(watch.state) ?? Infinity) + latenessMs)
  }
  return ripe
}
