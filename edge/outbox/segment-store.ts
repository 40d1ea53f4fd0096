import type { GapRecord } from '@ganzhi/contracts/gap'
import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Segment } from './segment.ts'
import { union, type SeqRange, type SeqRanges } from './seq-ranges.ts'

/** The segments on the disk, oldest first. */
export class SegmentStore {
  readonly #segments = new Map<number, Segment>()
  #nextNumber = 1

  takeNumber(): number {
    return this.#nextNumber++
  }

  add(segment: Segment): void {
    this.#segments.set(segment.number, segment)
    this.#nextNumber = Math.max(this.#nextNumber, segment.number + 1)
  }

  remove(segment: Segment): void {
    this.#segments.delete(segment.number)
  }

  has(segment: Segment): boolean {
    return this.#segments.has(segment.number)
  }

  all(): Segment[] {
    return [...this.#segments.values()]
  }

  of(lane: Lane, epoch?: Epoch): Segment[] {
    return this.all().filter((segment) => segment.lane === lane && (!epoch || segment.epoch === epoch))
  }

  bytes(lane: Lane): number {
    return this.of(lane).reduce((sum, segment) => sum + segment.bytes, 0)
  }

  /** The seqs whose bytes, whole or rotten, are on the disk. */
  held(lane: Lane, epoch: Epoch): SeqRanges {
    return union(
      this.of(lane, epoch).map((segment): SeqRange => [segment.firstSeq, segment.lastSeq]),
      [],
    )
  }

  /** Every gap record on the disk, receipted or not. */
  gaps(): GapRecord[] {
    return this.all().flatMap((segment) => segment.gaps.map(({ gap }) => gap))
  }
}
