import type { ClientBase, Pool } from 'pg'
import { placeRevision } from '../../areas/change-places.ts'
import type { WatchedDevice } from './device-watch.ts'
import { refitRules } from './fit-rules.ts'
import { type Partition, noteRipe } from './partition.ts'
import type { Lease } from './partition-leases.ts'
import { knownFrom } from './was-known.ts'
import { meetRegistered } from './watched-devices.ts'

/** Takes up where devices are placed now, and what they are. Answers with those at which other rules count than before. */
export async function followPlaces(
  tx: ClientBase,
  pool: Pool,
  lease: Lease,
  partition: Partition,
): Promise<ReadonlySet<WatchedDevice>> {
  const refitted = new Set<WatchedDevice>()
  // Before the placements: what changes after it is looked up again.
  const revision = await placeRevision(pool)
  if (revision === partition.placed) return refitted
  partition.placed = revision
  await meetRegistered(tx, lease.partition, partition.devices)
  const { clock } = partition.standing
  const lateness = Math.max(0, ...partition.begun.values().map(({ rule }) => rule.latenessMs))
  const wasKnown = await knownFrom(tx, lease.partition, clock - lateness)
  for (const device of partition.devices) {
    if (!refitRules(partition, device, clock, wasKnown)) continue
    refitted.add(device)
    noteRipe(partition, device, clock)
  }
  return refitted
}
