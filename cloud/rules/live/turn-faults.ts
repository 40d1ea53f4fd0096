import type { RuleFault as ExpressionFault } from '../engine/step-result.ts'
import { type WatchedDevice, alterWatch } from './device-watch.ts'
import { type Partition, expressionKey, faultKey } from './partition.ts'
import type { RuleFault } from './rule-fault.ts'
import type { Watch } from './watch.ts'

/** A rule that takes longer than this at a turn, and longer than this a step, would hold up the others. */
const SLOW_MS = 2_000
const SLOW_STEP_MS = 2

/** What goes wrong with rules in one turn. A rule that fails disturbs no other. */
export class TurnFaults {
  /** Of which nobody was told. */
  readonly found: RuleFault[] = []
  readonly #known: Set<string>
  readonly #spent = new Map<string, { ms: number; steps: number }>()

  constructor({ faults }: Pick<Partition, 'faults'>) {
    this.#known = faults
  }

  stops(device: WatchedDevice, watch: Watch): boolean {
    if (watch.stopped) return true
    const stops = this.#known.has(faultKey(versionOf(watch)))
    if (stops) alterWatch(device, watch, { stopped: true })
    return stops
  }

  /** It is stopped at this device. */
  threw(device: WatchedDevice, watch: Watch, error: unknown): void {
    const version = versionOf(watch)
    alterWatch(device, watch, { stopped: true })
    this.#known.add(faultKey(version, device))
    this.found.push({ ...version, target: device, kind: 'threw', error })
  }

  /** It is stopped everywhere where that was too much. */
  spent(watch: Watch, ms: number, steps: number): void {
    const version = versionOf(watch)
    const key = faultKey(version)
    const before = this.#spent.get(key)
    const cost = { ms: ms + (before?.ms ?? 0), steps: steps + (before?.steps ?? 0) }
    this.#spent.set(key, cost)
    if (cost.ms <= SLOW_MS || cost.ms <= cost.steps * SLOW_STEP_MS) return
    this.#known.add(key)
    this.found.push({ ...version, kind: 'slow', error: `${cost.steps} steps took ${Math.round(cost.ms)} ms` })
  }

  /** It goes on, and is told of once. */
  couldNotEvaluate(device: WatchedDevice, watch: Watch, { field, message }: ExpressionFault): void {
    const version = versionOf(watch)
    const key = expressionKey(version)
    if (this.#known.has(key)) return
    this.#known.add(key)
    this.found.push({ ...version, target: device, kind: 'expression', error: `${field}: ${message}` })
  }
}

function versionOf({ rule: { id, version } }: Watch): { rule: string; version: number } {
  return { rule: id, version }
}
