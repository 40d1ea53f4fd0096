import { createHash } from 'node:crypto'
import { check } from '@ganzhi/contracts/schema'
import { Seq } from '@ganzhi/contracts/record-key'
import Type from 'typebox'
import type { DiskFile } from './disk.ts'
import { encodeFrame, HEADER_BYTES, MAX_BODY_BYTES } from './frame.ts'
import { scanFrames } from './frame-scan.ts'
import { HeldGap, type Segment } from './segment.ts'

/** The index frame that closes a segment, so that opening reads the end of each file and not all of it. */
const SegmentIndex = Type.Object({
  lastSeq: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 0 }),
  ranAt: Type.Number(),
  oldestAt: Type.Union([Type.Number(), Type.Null()]),
  landmarks: Type.Array(Type.Tuple([Seq, Type.Integer({ minimum: 0 })])),
  tables: Type.Array(Type.Tuple([Type.String(), Type.Integer({ minimum: 0 })])),
  gaps: Type.Array(HeldGap),
})

/** Undefined when it would be larger than a frame may be; the segment is then read through at open. */
export function encodeIndex(segment: Segment): Buffer | undefined {
  const { lastSeq, end, ranAt, oldestAt = null, gaps, lane, epoch } = segment
  const landmarks = segment.landmarks.map(({ seq, offset }) => [seq, offset])
  const index = { lastSeq, end, ranAt, oldestAt, landmarks, tables: [...segment.tables], gaps }
  const body = Buffer.from(JSON.stringify(index))
  if (body.length > MAX_BODY_BYTES) return undefined
  const sha256 = createHash('sha256').update(body).digest('hex')
  return encodeFrame(segment.marker, { kind: 'index', lane, epoch, seq: lastSeq, at: ranAt, sha256 }, body)
}

const TAIL_BYTES = 64 * 1024

/** Fills `segment` from the index at the end of its file; false when there is none that is whole. */
export async function loadIndex(segment: Segment, file: DiskFile, size: number): Promise<boolean> {
  const tail = Buffer.alloc(Math.min(size, HEADER_BYTES + MAX_BODY_BYTES, TAIL_BYTES))
  await file.read(tail, size - tail.length)
  const at = tail.lastIndexOf(segment.marker)
  if (at === -1) return false
  for await (const { header, end, body } of scanFrames(
    file,
    segment.marker,
    size - tail.length + at,
    size,
    TAIL_BYTES,
  )) {
    if (header.kind !== 'index' || !body || end !== size) return false
    const index = check(SegmentIndex, JSON.parse(Buffer.from(body).toString()), 'segment index')
    segment.lastSeq = index.lastSeq
    segment.end = index.end
    segment.ranAt = index.ranAt
    segment.oldestAt = index.oldestAt ?? undefined
    segment.landmarks.push(...index.landmarks.map(([seq, offset]) => ({ seq, offset })))
    for (const [hash, offset] of index.tables) segment.tables.set(hash, offset)
    segment.gaps.push(...index.gaps)
    segment.bytes = size
    return true
  }
  return false
}
