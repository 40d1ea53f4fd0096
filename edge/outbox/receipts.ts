import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Coverage } from './outbox.ts'
import { contiguousFrom1, subtract, union, type SeqRanges } from './seq-ranges.ts'

/** What the database is known to hold of one lane and epoch. */
export interface LaneReceipts {
  readonly lane: Lane
  readonly epoch: Epoch
  readonly head: number
  readonly ranges: SeqRanges
  /** Running time of the outbox at the last news. */
  readonly ranAt: number
}

/** A database that fills its holes in odd order may not fill our memory: forgotten ranges cost a re-send. */
const MAX_RANGES = 1024

export class Receipts {
  readonly #lanes = new Map<string, LaneReceipts>()

  constructor(known: readonly LaneReceipts[]) {
    for (const entry of known) this.#lanes.set(key(entry.lane, entry.epoch), entry)
  }

  all(): LaneReceipts[] {
    return [...this.#lanes.values()]
  }

  of(lane: Lane, epoch: Epoch): SeqRanges {
    return this.#lanes.get(key(lane, epoch))?.ranges ?? []
  }

  /** Highest seq accepted, as of the last news; 0 when there was none. */
  head(lane: Lane, epoch: Epoch): number {
    return this.#lanes.get(key(lane, epoch))?.head ?? 0
  }

  contiguous(lane: Lane, epoch: Epoch): number {
    return contiguousFrom1(this.of(lane, epoch))
  }

  holdsAll(lane: Lane, epoch: Epoch, firstSeq: number, lastSeq: number): boolean {
    return subtract([[firstSeq, lastSeq]], this.of(lane, epoch)).length === 0
  }

  add(lane: Lane, epoch: Epoch, more: SeqRanges, head: number, ranAt: number): void {
    this.replace(lane, epoch, union(this.of(lane, epoch), more), head, ranAt)
  }

  replace(lane: Lane, epoch: Epoch, ranges: SeqRanges, head: number, ranAt: number): void {
    const top = Math.max(head, this.head(lane, epoch))
    this.#lanes.set(key(lane, epoch), { lane, epoch, head: top, ranges: ranges.slice(0, MAX_RANGES), ranAt })
  }

  forget(lane: Lane, epoch: Epoch): void {
    this.#lanes.delete(key(lane, epoch))
  }
}

export function coveredRanges({ contiguous, holes, top }: Coverage): SeqRanges {
  const reached = Math.max(contiguous, top)
  return reached < 1
    ? []
    : subtract(
        [[1, reached]],
        union(
          holes.filter(([first]) => first > contiguous),
          [],
        ),
      )
}

function key(lane: Lane, epoch: Epoch): string {
  return `${lane} ${epoch}`
}
