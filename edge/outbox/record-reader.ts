import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import { isMissing, type Disk } from './disk.ts'
import type { ReadOptions, StoredRecord } from './outbox.ts'
import { segmentRecords } from './segment-records.ts'
import type { SegmentStore } from './segment-store.ts'
import type { Segment } from './segment.ts'
import { covers, type SeqRange, type SeqRanges } from './seq-ranges.ts'

export interface RecordReaderOptions {
  readonly disk: Disk
  readonly store: SegmentStore
  /** What gap records name: not given out, even where its bytes are still there. */
  readonly named: (lane: Lane, epoch: Epoch) => SeqRanges
  readonly onRotten: (segment: Segment, ranges: SeqRanges) => Promise<void>
}

const PIECE_BYTES = 1024 * 1024

export function recordReader({ disk, store, named, onRotten }: RecordReaderOptions) {
  return async (lane: Lane, epoch: Epoch, fromSeq: number, options: ReadOptions): Promise<StoredRecord[]> => {
    const { maxBytes, toSeq = Number.MAX_SAFE_INTEGER } = options
    const records: StoredRecord[] = []
    let bytes = 0

    /** False when enough has been read. */
    async function readSegment(segment: Segment, hidden: SeqRanges, rotten: SeqRange[]): Promise<boolean> {
      const file = await disk.open(segment.path, 'read')
      try {
        const piece = Math.min(PIECE_BYTES, maxBytes)
        for await (const found of segmentRecords(file, segment, fromSeq, piece)) {
          if ('rotten' in found) {
            rotten.push(found.rotten)
            continue
          }
          const { seq, at, sha256, table } = found.header
          if (seq > toSeq) return false
          if (covers(hidden, seq)) continue
          bytes += found.body.length
          if (bytes > maxBytes && records.length > 0) return false
          records.push({
            lane,
            epoch,
            seq,
            at,
            sha256,
            body: new Uint8Array(found.body),
            ...(table && { table }),
          })
        }
        return true
      } finally {
        await file.close()
      }
    }

    for (const segment of store.of(lane, epoch)) {
      if (segment.lastSeq < fromSeq) continue
      const rotten: SeqRange[] = []
      const more = await readSegment(segment, named(lane, epoch), rotten).catch((error: unknown) => {
        // Dropped since we looked: then it was receipted, or named.
        if (isMissing(error) && !store.has(segment)) return true
        throw error
      })
      if (rotten.length > 0) await onRotten(segment, rotten)
      if (!more) break
    }
    return records
  }
}
