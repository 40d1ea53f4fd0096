import type { AlarmChange } from '../../alarms/write-transitions.ts'
import { type DeviceFact, toldValue } from '../areas/write-facts.ts'
import type { EngineTransition } from '../engine/step-result.ts'
import { type WatchedDevice, concerns, judge, judgedBefore, judgedUntil } from './device-watch.ts'
import type { LateInputs } from './late-inputs.ts'
import type { LedgerRecord } from './ledger-records.ts'
import type { LiveRule } from './live-rule.ts'
import { counts, refitRules } from './fit-rules.ts'
import { type Partition, noteRipe } from './partition.ts'
import { targetOf } from './target-of.ts'
import { dropJudged } from './take-inputs.ts'
import type { RuleFault } from './rule-fault.ts'
import { TurnFaults } from './turn-faults.ts'
import type { Watch } from './watch.ts'

export interface Judgement {
  readonly changes: readonly AlarmChange[]
  /** Whose states are others now. */
  readonly devices: ReadonlySet<WatchedDevice>
  readonly faults: readonly RuleFault[]
  /** Records of which nothing waits any more. */
  readonly judged: readonly LedgerRecord[]
}

/** Judges all that is ripe at `clock`, of which the partition is not there yet. */
export function judgeRipe(partition: Partition, clock: number, late: LateInputs): Judgement {
  const { standing, ripe } = partition
  const changes: AlarmChange[] = []
  const faults = new TurnFaults(partition)
  const judged: LedgerRecord[] = []
  const devices = ripe.take(clock)
  for (const device of devices) {
    for (const watch of device.watches) {
      if (faults.stops(device, watch)) continue
      const { rule } = watch
      const from = Math.max(judgedBefore(device, rule, standing.clock), watch.begun)
      const began = performance.now()
      try {
        const { transitions, steps, fault } = judge(device, watch, from, judgedUntil(device, rule, clock))
        faults.spent(watch, performance.now() - began, steps)
        if (fault) faults.couldNotEvaluate(device, watch, fault)
        for (const transition of transitions) {
          if (rule.part === undefined) changes.push(changeOf(device, watch, transition))
          else partition.facts.push(factOf(device, rule, rule.part, transition))
        }
      } catch (error) {
        faults.threw(device, watch, error)
        for (const { input } of device.pending) {
          if (input.at > from && concerns(watch, input))
            late.add({ ...device, rule: rule.id, reason: 'fault' }, input.at)
        }
      }
    }
    if (!device.watches.every((watch) => counts(partition, device, watch)))
      refitRules(partition, device, clock)
    judged.push(...dropJudged(partition, device, clock))
    noteRipe(partition, device, clock)
  }
  return { changes, devices, faults: faults.found, judged }
}

function changeOf(device: WatchedDevice, { rule }: Watch, transition: EngineTransition): AlarmChange {
  return { ...transition, rule: { id: rule.id, version: rule.version }, ...targetOf(device) }
}

/** A part of a rule over areas is met while it is at the one severity that it has. */
function factOf(
  { gatewayId, device }: WatchedDevice,
  rule: LiveRule,
  what: string,
  transition: EngineTransition,
): DeviceFact {
  const { at, to } = transition
  const value = toldValue(rule, transition)
  return { rule, gatewayId, device, kind: to === 'clear' ? 'left' : 'meets', what, at, value }
}
