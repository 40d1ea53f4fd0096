import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Journal } from './journal.ts'
import type { Coverage } from './outbox.ts'
import { coveredRanges, type Receipts } from './receipts.ts'
import type { SegmentStore } from './segment-store.ts'
import { covers, subtract, type SeqRanges } from './seq-ranges.ts'

export interface ReceiptAccountOptions {
  readonly store: SegmentStore
  readonly receipts: Receipts
  readonly journal: Journal
  /** Highest seq accepted in an epoch; 0 for one that is unknown. */
  readonly head: (lane: Lane, epoch: Epoch) => number
  readonly ran: () => number
}

/** Takes in what the database says it holds. */
export function receiptAccount({ store, receipts, journal, head, ran }: ReceiptAccountOptions) {
  /** Never beyond the head: a receipt for what does not exist yet must not be believed when it does. */
  function known(lane: Lane, epoch: Epoch, coverage: Coverage): SeqRanges {
    return subtract(coveredRanges(coverage), [[head(lane, epoch) + 1, Number.MAX_SAFE_INTEGER]])
  }

  function noteReceiptedSegments(lane: Lane, epoch: Epoch): void {
    for (const segment of store.of(lane, epoch)) {
      const whole = receipts.holdsAll(lane, epoch, segment.firstSeq, segment.lastSeq)
      if (!whole) segment.receiptedAt = undefined
      else if (segment.lastSeq >= segment.firstSeq) segment.receiptedAt ??= ran()
    }
  }

  function add(lane: Lane, epoch: Epoch, ranges: SeqRanges): void {
    receipts.add(lane, epoch, ranges, head(lane, epoch), ran())
    noteReceiptedSegments(lane, epoch)
  }

  return {
    receipted(lane: Lane, epoch: Epoch, coverage: Coverage): void {
      if (head(lane, epoch) === 0) return
      const ranges = known(lane, epoch, coverage)
      add(lane, epoch, ranges)
      if (lane !== 'events') return
      // Where a gap record is stored, what it names is accounted for.
      const told = store
        .of(lane, epoch)
        .flatMap((segment) => segment.gaps.filter(({ seq }) => covers(ranges, seq)))
      for (const { gap } of told) add(gap.lane, gap.epoch, [[gap.firstSeq, gap.lastSeq]])
    },

    rewind(lane: Lane, epoch: Epoch, coverage: Coverage): void {
      const top = head(lane, epoch)
      if (top === 0) return
      receipts.replace(lane, epoch, known(lane, epoch, coverage), top, ran())
      noteReceiptedSegments(lane, epoch)
      const gone = subtract([[1, top]], store.held(lane, epoch))
      journal.lose(lane, epoch, gone, 'receipted-and-dropped')
    },
  }
}
