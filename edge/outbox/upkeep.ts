import { namedBy } from './gap-list.ts'
import type { Journal } from './journal.ts'
import type { OutboxLimits } from './limits.ts'
import type { Receipts } from './receipts.ts'
import type { Reserve } from './reserve.ts'
import type { SegmentStore } from './segment-store.ts'

export interface UpkeepOptions {
  readonly store: SegmentStore
  readonly receipts: Receipts
  readonly journal: Journal
  readonly reserve: Reserve
  readonly limits: OutboxLimits
  readonly ran: () => number
}

/** What time alone makes necessary. Done once a minute. */
export async function upkeep({
  store,
  receipts,
  journal,
  reserve,
  limits,
  ran,
}: UpkeepOptions): Promise<void> {
  await journal.nameWhatIsDue()
  await journal.deleteDoomed()
  for (const segment of store.all()) {
    if (segment.lastSeq < segment.firstSeq) continue
    const keptLongEnough = ran() - (segment.receiptedAt ?? ran()) > limits.keepReceiptedMs
    const tooOld = ran() - segment.ranAt > limits.lanes[segment.lane].ageMs
    if (keptLongEnough || tooOld) await journal.evict(segment, 'evicted-age')
  }
  for (const { lane, epoch, ranAt } of receipts.all()) {
    const isHeld = store.of(lane, epoch).length > 0 || namedBy(store.gaps(), lane, epoch).length > 0
    if (!isHeld && ran() - ranAt > limits.keepReceiptedMs) receipts.forget(lane, epoch)
  }
  await reserve.take()
}
