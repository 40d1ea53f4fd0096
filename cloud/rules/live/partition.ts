import type { DeviceFact } from '../areas/write-facts.ts'
import type { Gateways } from '../../topology/gateways.ts'
import { type WatchedDevice, judgedUntil, ripeness } from './device-watch.ts'
import type { LedgerRecord } from './ledger-records.ts'
import type { Standing } from './partition-turn.ts'
import type { RipeDevices } from './ripe-devices.ts'
import type { BegunRule, BegunRules } from './watch.ts'
import type { WatchedDevices } from './watched-devices.ts'

/** All that is held in memory of a partition; the database has it as well. */
export interface Partition {
  standing: Standing
  /** The changes of places that it has seen. */
  placed: number
  /** Names of those that were heard of. */
  readonly gateways: Set<string>
  readonly topology: Gateways
  readonly devices: WatchedDevices
  readonly ripe: RipeDevices
  /** That have something to judge when more is heard of their gateway; by its id. */
  readonly unheard: Map<number, Set<WatchedDevice>>
  readonly begun: Map<string, BegunRule>
  readonly begunRules: BegunRules
  /** Of records, how many of their values some rule has still to judge. */
  readonly waiting: Map<LedgerRecord, number>
  /** Where rules are not judged by any more, and of which expressions it is known that they fail somewhere. */
  readonly faults: Set<string>
  /** Versions of rules over areas that have left alarms open: `rule.version`. */
  keptVersions: ReadonlySet<string>
  /** For those who judge areas: what this turn has found. */
  readonly facts: DeviceFact[]
}

/** Of an expression that fails it is told once, wherever that is. */
export function expressionKey({ rule, version }: { rule: string; version: number }): string {
  return JSON.stringify([rule, version, 'expression'])
}

const ANY_DEVICE = { gatewayId: 0, device: '' }

export function faultKey(
  { rule, version }: { rule: string; version: number },
  { gatewayId, device }: { gatewayId: number; device: string } = ANY_DEVICE,
): string {
  return JSON.stringify([rule, version, gatewayId, device])
}

/** False where no rule counts, nor has left an alarm open. */
export function isWatching({ begun, devices }: Partition): boolean {
  return begun.size > 0 || Iterator.from(devices).some(({ watches }) => watches.length > 0)
}

/** Notes when there is something to judge at a device, of which rules have judged what comes until `judged`. */
export function noteRipe(
  { ripe, unheard }: Partition,
  device: WatchedDevice,
  clock: number,
  judged = judgedUntil,
): void {
  const { at, isUnheard } = ripeness(device, (rule) => judged(device, rule, clock))
  ripe.note(device, at)
  if (!isUnheard) return
  const others = unheard.get(device.gatewayId)
  if (others) others.add(device)
  else unheard.set(device.gatewayId, new Set([device]))
}
