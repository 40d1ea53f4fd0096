import { watchFrom } from '../engine/step.ts'
import { type WatchedDevice, toldBy } from './device-watch.ts'
import type { LiveRule } from './live-rule.ts'
import { type Partition, faultKey } from './partition.ts'
import { isFor } from './rule-scope.ts'
import { stateKey } from './state-rows.ts'
import type { BegunRule, Watch } from './watch.ts'
import type { WasKnown } from './was-known.ts'

export function counts({ begun, keptVersions }: Partition, device: WatchedDevice, { rule }: Watch): boolean {
  const isInForce = begun.get(rule.id)?.rule.version === rule.version
  const isKept = rule.part !== undefined && keptVersions.has(`${rule.id}.${rule.version}`)
  return (isInForce || isKept) && isFor(rule.document, device)
}

export function openWatch(
  { faults, begunRules }: Partition,
  device: { readonly gatewayId: number; readonly device: string },
  { rule, at }: Pick<BegunRule, 'rule' | 'at'>,
  remembered: Partial<Pick<Watch, 'state' | 'origin'>>,
): Watch {
  const version = { rule: rule.id, version: rule.version }
  // There are many watches, and nearly never faults.
  const stopped = faults.size > 0 && (faults.has(faultKey(version)) || faults.has(faultKey(version, device)))
  return begunRules.of(rule, at).atRest.with({ ...remembered, stopped })
}

/** How a rule begins at a device: what it remembers, and what is not later than `at` is not for it. */
export type Beginning = (begun: Pick<BegunRule, 'rule' | 'at'>) => {
  readonly at: number
  readonly state: Watch['state']
}
/** One of which nothing was heard before. */
export const asNew: Beginning = ({ at }) => ({ at, state: undefined })

/** Of a device that is there when the rule begins: silence counts from then, but where nothing was known of it yet. */
export function beginAt(
  rule: LiveRule,
  device: WatchedDevice,
  at: number,
  wasKnown: WasKnown,
): ReturnType<Beginning> {
  if (!wasKnown(device, at)) return { at, state: undefined }
  return { at, state: watchFrom(rule.compiled, at, device.hearing.reachedAt(at)) }
}

/** Lets each rule that is for the device, and is not there yet, begin. True where one did. */
export function fitRules(partition: Partition, device: WatchedDevice, beginning: Beginning): boolean {
  const fitted: Watch[] = []
  for (const begun of partition.begun.values()) {
    for (const rule of begun.rule.parts ?? [begun.rule]) {
      const isThere = device.watches.some((watch) => stateKey(watch.rule) === stateKey(rule))
      if (isThere || !isFor(rule.document, device)) continue
      const { at, state } = beginning({ rule, at: begun.at })
      fitted.push(openWatch(partition, device, { rule, at }, { state }))
    }
  }
  if (fitted.length === 0) return false
  device.watches = device.watches.concat(fitted)
  return true
}

/** A device that a part does not judge any more does not meet it any more. */
export function endPart(
  { facts }: Partition,
  { gatewayId, device }: WatchedDevice,
  watch: Watch,
  clock: number,
): void {
  const { rule } = watch
  if (rule.part === undefined || toldBy(watch) === 'clear') return
  facts.push({ rule, gatewayId, device, kind: 'left', what: rule.part, at: clock - rule.latenessMs + 1 })
}

/** Where a rule has judged something already, the device was known. */
const JUDGED_BEFORE: WasKnown = () => true

/**
 * Ends the rules that do not count at the device any more, but where an alarm is open: there they judge on until it is
 * over. Others begin in their place, from what they would have judged by now. True where something has changed.
 */
export function refitRules(
  partition: Partition,
  device: WatchedDevice,
  clock: number,
  wasKnown: WasKnown = JUDGED_BEFORE,
): boolean {
  const left = device.watches.filter((watch) => {
    if (counts(partition, device, watch)) return true
    if (watch.rule.part === undefined) return toldBy(watch) !== 'clear'
    endPart(partition, device, watch, clock)
    return false
  })
  const ended = left.length < device.watches.length
  if (ended) device.watches = left
  const fitted = fitRules(partition, device, ({ rule }) =>
    beginAt(rule, device, clock - rule.latenessMs, wasKnown),
  )
  return ended || fitted
}
