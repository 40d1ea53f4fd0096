import type { Placement } from '@ganzhi/contracts/placement'
import type { AlarmState } from '@ganzhi/contracts/transition'
import type { Hearing } from '../../topology/hearing.ts'
import { dueAt } from '../engine/rule-state.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import type { DeviceInput } from './record-inputs.ts'
import { Judging } from './judging.ts'
import type { LiveRule } from './live-rule.ts'
import type { Watch } from './watch.ts'

export interface WatchedDevice {
  readonly gatewayId: number
  readonly gateway: string
  readonly device: string
  properties: ReadonlySet<string>
  placement: Placement
  /** What is known of whether its gateway and its link are heard. */
  hearing: Hearing
  watches: Watch[]
  /** What some rule has still to judge. */
  pending: DeviceInput[]
  /** The platform's time at which there will be something to judge. */
  ripeAt: number
}

/** Another takes the place of a watch, as it is by now. */
export function alterWatch(
  { watches }: WatchedDevice,
  { since }: Watch,
  change: Partial<Pick<Watch, 'state' | 'stopped'>>,
): void {
  const index = watches.findIndex((watch) => watch.since === since)
  const now = watches[index]
  if (now) watches[index] = now.with(change)
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
  // Of a gateway that is heard again nobody begins to expect something that never sent anything.
  if (input.kind === 'reach')
    return compiled.mindsReach && (state !== undefined || compiled.properties.size === 0)
  if (compiled.countsFromFirstInput && state === undefined) return true
  if (input.kind === 'sample') return compiled.properties.has(input.property)
  return input.kind === 'event' && compiled.eventTypes.has(input.type)
}

/** Up to when a rule has judged all, when the platform's time is `clock`: silence only as far as the gateway was heard. */
export function judgedUntil(
  { hearing }: Pick<WatchedDevice, 'hearing'>,
  { latenessMs, compiled }: Pick<LiveRule, 'latenessMs' | 'compiled'>,
  clock: number,
): number {
  return compiled.mindsReach ? Math.min(clock - latenessMs, hearing.knownTo) : clock - latenessMs
}

/** The same before more was heard of the gateway in this turn. */
export function judgedBefore(
  { hearing }: Pick<WatchedDevice, 'hearing'>,
  { latenessMs, compiled }: Pick<LiveRule, 'latenessMs' | 'compiled'>,
  clock: number,
): number {
  return compiled.mindsReach ? Math.min(clock - latenessMs, hearing.judgedTo) : clock - latenessMs
}

const NONE: readonly RuleInput[] = []

/** Takes all that is later than `from`, up to `until`: inputs in order, and what becomes due between them. */
export function judge(device: WatchedDevice, watch: Watch, from: number, until: number): Judging {
  const { pending, placement, hearing } = device
  const { rule } = watch
  const judging = new Judging(rule.compiled, watch.state, () => placement.attributes)
  const { mindsReach } = rule.compiled
  const changes = mindsReach ? hearing.changesIn(from, until) : NONE
  let next = 0
  const takeChanges = (before: number): void => {
    for (let change = changes[next]; change && change.at <= before; change = changes[++next])
      if (concerns({ rule, state: judging.state }, change)) judging.take(change)
  }
  for (const { input } of pending) {
    const isDue = input.at > from && input.at <= until
    if (!isDue || !concerns({ rule, state: judging.state }, input)) continue
    takeChanges(input.at)
    if (judging.state === undefined && mindsReach && !hearing.reachedAt(input.at))
      judging.take({ kind: 'reach', at: input.at, reached: false })
    judging.take(input)
  }
  takeChanges(until)
  judging.passTo(until)
  if (judging.state !== watch.state) alterWatch(device, watch, { state: judging.state })
  return judging
}

/** When there is something to judge. */
export interface Ripeness {
  /** By the platform's time: not before a rule's `lateness` has passed since. */
  readonly at: number
  /** There may be something as soon as more is heard of the gateway. */
  readonly isUnheard: boolean
}

/** By what rules have still to judge, who have come as far as `judgedBy` says. */
export function ripeness(
  { watches, pending, hearing }: WatchedDevice,
  judgedBy: (rule: LiveRule) => number,
): Ripeness {
  let ripe = Infinity
  let isUnheard = false
  for (const watch of watches) {
    if (watch.stopped) continue
    const { latenessMs, compiled } = watch.rule
    const judged = Math.max(judgedBy(watch.rule), watch.begun)
    const next = Math.min(
      pending.find(({ input }) => input.at > judged && concerns(watch, input))?.input.at ?? Infinity,
      compiled.mindsReach ? hearing.firstAfter(judged) : Infinity,
      dueAt(watch.state) ?? Infinity,
    )
    if (compiled.mindsReach && next > hearing.knownTo && next < Infinity) isUnheard = true
    else ripe = Math.min(ripe, next + latenessMs)
  }
  return { at: ripe, isUnheard }
}
