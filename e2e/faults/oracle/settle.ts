import type { Lab } from '../lab/lab.ts'
import { heldMessages } from '../lab/broker-state.ts'
import { unreceipted } from '../lab/unreceipted.ts'
import { type Submission, laneOf } from './facts.ts'
import { readProgress } from './read-database.ts'

/** What the database does not yet know of all that was accepted, in words; nothing when it knows all. */
export async function undelivered(lab: Lab, sent: readonly Submission[]): Promise<string | undefined> {
  const heads = headsOf(sent)
  const { contiguous, parked } = await lab.postgres.withClient(readProgress)
  const behind = [...heads].filter(([lane, head]) => (contiguous.get(lane) ?? 0) < head)
  const told = behind.map(([lane, head]) => `${lane} (${contiguous.get(lane) ?? 0} of ${head})`)
  if (told.length > 0) return `receipts of ${told.slice(0, 4).join(', ')}${told.length > 4 ? ' …' : ''}`
  return parked > 0 ? `the point tables of ${parked} parked batches` : undefined
}

/** The highest seq that was accepted in each lane of each epoch. */
export function headsOf(sent: readonly Submission[]): Map<string, number> {
  const heads = new Map<string, number>()
  for (const record of sent.flatMap(({ accepted = [] }) => accepted)) {
    heads.set(laneOf(record), Math.max(record.seq, heads.get(laneOf(record)) ?? 0))
  }
  return heads
}

/** What keeps the platform from being at rest: a message under way could yet become a second copy. */
export async function unsettled(lab: Lab, sent: readonly Submission[]): Promise<string | undefined> {
  const missing = await undelivered(lab, sent)
  if (missing !== undefined) return missing
  const held = await heldMessages(lab.nats)
  if (held > 0) return `${held} messages that are still with the broker`
  for (const gateway of lab.allGateways()) {
    const count = await unreceipted(gateway)
    if (count > 0) return `${gateway.name} to hear of ${count} receipts`
  }
  return undefined
}
