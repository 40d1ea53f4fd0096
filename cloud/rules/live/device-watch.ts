import type { Placement } from '@ganzhi/contracts/placement'
import type { AlarmState } from '@ganzhi/contracts/transition'
import { type RuleState, dueAt } from '../engine/rule-state.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import type { DeviceInput } from './record-inputs.ts'
import { Judging } from './judging.ts'
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
export function toldBy({ state }: Pick<Watch, 'state'>): AlarmState {
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
): Judging {
  const { rule } = watch
  const judging = new Judging(rule.compiled, watch.state, placement.attributes)
  for (const { input } of pending) {
    const isDue = input.at > from && input.at <= until
    if (isDue && concerns({ rule, state: judging.state }, input)) judging.take(input)
  }
  judging.passTo(until)
  watch.state = judging.state
  return judging
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
