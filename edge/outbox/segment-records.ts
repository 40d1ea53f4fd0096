import type { DiskFile } from './disk.ts'
import type { MeasuredHeader } from './frame.ts'
import { scanFrames } from './frame-scan.ts'
import { landmarkBefore, type Segment } from './segment.ts'
import type { SeqRange } from './seq-ranges.ts'

export type Found =
  | { readonly header: MeasuredHeader; readonly offset: number; readonly body: Uint8Array }
  | { readonly rotten: SeqRange }

/**
 * What the synced part of a segment holds from a seq on: every seq once, in order, as a record or as part of a rotten
 * range. Bodies are views that the next step overwrites.
 */
export async function* segmentRecords(
  file: DiskFile,
  segment: Segment,
  fromSeq: number,
  pieceBytes: number,
): AsyncGenerator<Found> {
  // Commits go on while this reads: what is judged is the state at the start.
  const { end, lastSeq, marker } = segment
  const start = landmarkBefore(segment, fromSeq)
  let next = start.seq
  for await (const frame of scanFrames(file, marker, start.offset, end, pieceBytes)) {
    const { header, offset, body } = frame
    if (!isNumbered(header) || !body || header.seq < next || header.seq > lastSeq) continue
    if (header.seq > next && header.seq > fromSeq) {
      yield { rotten: [Math.max(next, fromSeq), header.seq - 1] }
    }
    next = header.seq + 1
    if (header.seq >= fromSeq) yield { header, offset, body }
  }
  if (next <= lastSeq) yield { rotten: [Math.max(next, fromSeq), lastSeq] }
}

export function isNumbered({ kind }: MeasuredHeader): boolean {
  return kind === 'record' || kind === 'gap'
}
