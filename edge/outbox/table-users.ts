import type { Disk } from './disk.ts'
import { segmentRecords } from './segment-records.ts'
import type { Segment } from './segment.ts'
import type { SeqRange, SeqRanges } from './seq-ranges.ts'
import { union } from './seq-ranges.ts'

const PIECE_BYTES = 1024 * 1024

/** The batches of a segment that a point table gives their meaning. */
export async function seqsUsing(disk: Disk, segment: Segment, hash: string): Promise<SeqRanges> {
  const file = await disk.open(segment.path, 'read')
  try {
    const seqs: SeqRange[] = []
    for await (const found of segmentRecords(file, segment, segment.firstSeq, PIECE_BYTES)) {
      if ('header' in found && found.header.table === hash) seqs.push([found.header.seq, found.header.seq])
    }
    return union(seqs, [])
  } finally {
    await file.close()
  }
}
