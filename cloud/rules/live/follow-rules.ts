import type { ClientBase } from 'pg'
import type { AlarmHandover } from '../../alarms/hand-over-alarms.ts'
import type { AlarmChange } from '../../alarms/write-transitions.ts'
import { versionsWithOpenAreas } from '../areas/open-areas.ts'
import { takenOver } from '../engine/take-over.ts'
import { type WatchedDevice, concerns, judgedUntil, toldBy } from './device-watch.ts'
import type { LateInputs } from './late-inputs.ts'
import type { LedgerRecord } from './ledger-records.ts'
import { beginAt, counts, endPart, fitRules, openWatch } from './fit-rules.ts'
import { type Partition, noteRipe } from './partition.ts'
import { type Lease, PARTITIONS } from './partition-leases.ts'
import type { RuleBook, RuleInForce } from './rule-book.ts'
import { targetOf } from './target-of.ts'
import { isFor } from './rule-scope.ts'
import { dropJudged } from './take-inputs.ts'
import type { Watch } from './watch.ts'
import { knownFrom } from './was-known.ts'

export interface RulesFollowed {
  readonly revision: string
  readonly changes: readonly AlarmChange[]
  readonly handovers: readonly AlarmHandover[]
  /** Whose states are others now. */
  readonly devices: ReadonlySet<WatchedDevice>
  /** Records of which nothing waits any more. */
  readonly judged: readonly LedgerRecord[]
}

/** Takes up what was changed of the rules: it counts from when it was said, or from where the partition is. */
export async function followRules(
  tx: ClientBase,
  lease: Lease,
  partition: Partition,
  book: RuleBook,
  late: LateInputs,
): Promise<RulesFollowed> {
  const { revision } = partition.standing
  const inForce = await book.inForce(tx, revision)
  const altered = new Map<string, RuleInForce>()
  for (const rule of inForce?.rules ?? []) {
    if (partition.begun.get(rule.id)?.rule.version === rule.version) continue
    altered.set(rule.id, rule)
    await begin(tx, lease, partition, book, rule)
  }
  const changes: AlarmChange[] = []
  const handovers: AlarmHandover[] = []
  const devices = new Set<WatchedDevice>()
  const judged: LedgerRecord[] = []
  const followed = { revision: inForce?.revision ?? revision, changes, handovers, devices, judged }
  if (!inForce) return followed
  const { clock } = partition.standing
  partition.keptVersions = await versionsWithOpenAreas(tx)
  const wasKnown = await knownFrom(tx, lease.partition, clock)
  for (const device of partition.devices) {
    const before = device.watches
    const successors: Watch[] = []
    const left = before.filter((watch) => {
      if (watch.rule.part !== undefined) {
        if (counts(partition, device, watch)) return true
        endPart(partition, device, watch, clock)
        return false
      }
      const change = altered.get(watch.rule.id)
      const open = toldBy(watch) !== 'clear'
      // What has failed judges nothing to its end.
      if (!change || (open && change.alarms === 'keep' && !watch.stopped)) return true
      const isHandedOver = open && change.alarms === 'migrate' && !watch.stopped
      const next = isHandedOver ? successorOf(partition, device, watch, late) : undefined
      if (next) {
        const { id, version } = next.rule
        handovers.push({ rule: { id, version }, ...targetOf(device) })
        successors.push(next)
      } else if (open) changes.push(closing(device, watch, clock))
      return false
    })
    if (left.length < before.length) device.watches = left.concat(successors)
    const fitted = fitRules(partition, device, ({ rule, at }) => beginAt(rule, device, at, wasKnown))
    if (!fitted && successors.length === 0 && before.length === device.watches.length) continue
    devices.add(device)
    judged.push(...dropJudged(partition, device, clock))
    noteRipe(partition, device, clock)
  }
  return followed
}

async function begin(
  tx: ClientBase,
  lease: Lease,
  { begun, begunRules, standing }: Partition,
  book: RuleBook,
  { id, version, changedAt }: RuleInForce,
): Promise<void> {
  begun.delete(id)
  await tx.query('DELETE FROM rule_begun WHERE (partition, rule) = ($1, $2)', [lease.partition, id])
  // What another version could not judge is not for this one.
  await tx.query(
    `DELETE FROM rule_late WHERE rule = $1 AND reason = 'fault' AND gateway_id % ${PARTITIONS} = $2`,
    [id, lease.partition],
  )
  const rule = version === undefined ? undefined : await book.version(tx, id, version)
  if (!rule) return
  const at = Math.max(standing.clock, changedAt)
  begun.set(id, begunRules.of(rule, at))
  await tx.query('INSERT INTO rule_begun (partition, rule, version, at) VALUES ($1, $2, $3, $4)', [
    lease.partition,
    id,
    rule.version,
    new Date(at),
  ])
}

/** The version that counts now, where it is for the device: it goes on from where the other had come to. */
function successorOf(
  partition: Partition,
  device: WatchedDevice,
  { rule: earlier, state, begun }: Watch,
  late: LateInputs,
): Watch | undefined {
  const { clock } = partition.standing
  const rule = partition.begun.get(earlier.id)?.rule
  if (!rule || !state || !isFor(rule.document, device)) return undefined
  const at = Math.max(begun, judgedUntil(device, earlier, clock))
  const from = { rule: earlier.compiled, state }
  const origin = takenOver(rule.compiled, from, at + 1, device.placement.attributes)
  const watch = openWatch(partition, device, { rule, at }, { state: origin, origin })
  // One that waits for less has passed by now what the other still waited for.
  for (const { input } of device.pending) {
    if (input.at > at && input.at <= judgedUntil(device, rule, clock) && concerns(watch, input))
      late.add({ ...device, rule: rule.id, reason: 'late' }, input.at)
  }
  return watch
}

function closing(device: WatchedDevice, watch: Watch, at: number): AlarmChange {
  const { rule } = watch
  return {
    rule: { id: rule.id, version: rule.version },
    ...targetOf(device),
    at,
    from: toldBy(watch),
    to: 'clear',
    value: null,
    why: { because: 'rule-changed' },
  }
}
