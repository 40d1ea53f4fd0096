import { join } from 'node:path'
import { GapRecord } from '@ganzhi/contracts/gap'
import { LANES, Seq, type Epoch, type Lane } from '@ganzhi/contracts/record-key'
import Type, { type Static } from 'typebox'
import { MARKER_BYTES, type FrameHeader } from './frame.ts'

/** What a segment's file name tells; it stands there, and not in the file, because names don't rot. */
export interface SegmentName {
  /** Grows over all lanes and starts: the order of age. */
  readonly number: number
  readonly lane: Lane
  readonly epoch: Epoch
  readonly firstSeq: number
  readonly marker: Buffer
}

/** A gap record and its own number. */
export const HeldGap = Type.Object({ seq: Seq, gap: GapRecord })
export type HeldGap = Static<typeof HeldGap>

/** All that is kept in memory of a file of many records. Covers synced bytes only. */
export interface Segment extends SegmentName {
  readonly path: string
  /** `firstSeq - 1` while it is empty. */
  lastSeq: number
  /** Behind the last synced record: what may be read. */
  end: number
  /** What the file occupies. */
  bytes: number
  /** Some of the records, about one in 64 KiB: where a search starts. */
  readonly landmarks: { readonly seq: number; readonly offset: number }[]
  /** Tables that its batches use, and where each one stands. */
  readonly tables: Map<string, number>
  readonly gaps: HeldGap[]
  oldestAt: number | undefined
  /** Running time of the outbox when it was last written. */
  ranAt: number
  /** Running time when the database was first known to hold all of it. */
  receiptedAt: number | undefined
}

const LANDMARK_BYTES = 64 * 1024
const NAME = /^(\d{10})-(\w+)-([0-9a-f]{16})-(\d+)-([0-9a-f]{16})\.seg$/

export function segmentFile({ number, lane, epoch, firstSeq, marker }: SegmentName): string {
  return `${String(number).padStart(10, '0')}-${lane}-${epoch}-${firstSeq}-${marker.toString('hex')}.seg`
}

export function parseSegmentFile(file: string): SegmentName | undefined {
  const [, number, laneName, epoch, firstSeq, marker] = NAME.exec(file) ?? []
  const lane = LANES.find((known) => known === laneName)
  if (epoch === undefined || marker === undefined || lane === undefined) return undefined
  return {
    number: Number(number),
    lane,
    epoch,
    firstSeq: Number(firstSeq),
    marker: Buffer.from(marker, 'hex'),
  }
}

export function emptySegment(dir: string, name: SegmentName): Segment {
  return {
    ...name,
    path: join(dir, segmentFile(name)),
    lastSeq: name.firstSeq - 1,
    end: 0,
    bytes: 0,
    landmarks: [],
    tables: new Map(),
    gaps: [],
    oldestAt: undefined,
    ranAt: 0,
    receiptedAt: undefined,
  }
}

/** Takes a numbered frame into the index. */
export function noteRecord(segment: Segment, header: FrameHeader, offset: number): void {
  const landmark = segment.landmarks.at(-1)
  if (!landmark || offset - landmark.offset >= LANDMARK_BYTES) {
    segment.landmarks.push({ seq: header.seq, offset })
  }
  segment.oldestAt = Math.min(segment.oldestAt ?? header.at, header.at)
  segment.lastSeq = Math.max(segment.lastSeq, header.seq)
  segment.receiptedAt = undefined
  // The table's own frame was noted before, unless it has rotted: that it is needed must be known all the same.
  if (header.table !== undefined && !segment.tables.has(header.table))
    segment.tables.set(header.table, offset)
}

/** The last landmark at or before a seq. */
export function landmarkBefore(segment: Segment, seq: number): { seq: number; offset: number } {
  return segment.landmarks.findLast((mark) => mark.seq <= seq) ?? { seq: segment.firstSeq, offset: 0 }
}

export function randomMarker(random: (bytes: number) => Uint8Array): Buffer {
  return Buffer.from(random(MARKER_BYTES))
}
