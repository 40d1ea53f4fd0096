import { createHash } from 'node:crypto'
import { GapRecord } from '@ganzhi/contracts/gap'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { isDiskFull, type Disk, type DiskFile } from './disk.ts'
import type { FrameHeader } from './frame.ts'
import { scanFrames, type ScannedFrame } from './frame-scan.ts'
import { encodeIndex, loadIndex } from './segment-index.ts'
import { isNumbered } from './segment-records.ts'
import type { SegmentStore } from './segment-store.ts'
import { emptySegment, HeldGap, noteRecord, parseSegmentFile, type Segment } from './segment.ts'
import type { SeqRange, SeqRanges } from './seq-ranges.ts'

const PIECE_BYTES = 1024 * 1024

export interface Recovered {
  readonly rotten: readonly { readonly segment: Segment; readonly ranges: SeqRanges }[]
  readonly tables: ReadonlyMap<string, Uint8Array>
}

/** Finds what earlier runs left in the directory and puts it into the store. */
export async function recoverSegments(disk: Disk, dir: string, store: SegmentStore): Promise<Recovered> {
  const names = (await disk.list(dir)).map(parseSegmentFile).filter((name) => name !== undefined)
  const rotten: { segment: Segment; ranges: SeqRanges }[] = []
  for (const name of names.sort((a, b) => a.number - b.number)) {
    const segment = emptySegment(dir, name)
    const ranges = await recoverSegment(disk, segment)
    if (ranges) store.add(segment)
    else await disk.remove(segment.path)
    if (ranges && ranges.length > 0) rotten.push({ segment, ranges })
  }
  // What is given out from here on must still be there after the next power cut.
  await disk.syncDir(dir)

  const tables = new Map<string, Uint8Array>()
  for (const segment of store.all()) {
    for (const hash of segment.tables.keys()) {
      const bytes = tables.get(hash) ?? (await loadTable(disk, segment, hash))
      if (bytes) tables.set(hash, bytes)
    }
  }
  return { rotten, tables }
}

/**
 * Fills the index of a segment left by an earlier run. One that was not closed is read through: what is damaged below
 * its last mark had been accepted and is returned as rotten, at the first damage above it the file is cut.
 * False: it holds nothing.
 */
async function recoverSegment(disk: Disk, segment: Segment): Promise<SeqRanges | false> {
  const file = await disk.open(segment.path, 'write')
  try {
    const size = await file.size()
    if (await loadIndex(segment, file, size)) return []
    const survey = await surveySegment(file, segment, size)
    if (segment.lastSeq < segment.firstSeq) return false
    await rewrite(file, survey.markedEnd, survey.goodEnd)
    await file.truncate(survey.goodEnd)
    segment.end = survey.goodEnd
    segment.bytes = survey.goodEnd + (await appendIndex(file, segment))
    await file.sync()
    return survey.rotten
  } finally {
    await file.close()
  }
}

interface Survey {
  readonly rotten: SeqRanges
  /** Up to here a mark says that it is synced. */
  readonly markedEnd: number
  /** From here on there is nothing, or a torn write. */
  readonly goodEnd: number
}

async function surveySegment(file: DiskFile, segment: Segment, size: number): Promise<Survey> {
  const whole: (Omit<ScannedFrame, 'body'> & { gaps: HeldGap[] })[] = []
  /** Damage, and the seqs that are missing with it: none when it hit a mark or a table. */
  const damage: { missing: SeqRange; offset: number }[] = []
  let next = segment.firstSeq
  let marked = next - 1
  let markedEnd = 0
  let expected = 0
  let damagedAt: number | undefined
  for await (const { header, offset, end, body } of scanFrames(file, segment.marker, 0, size, PIECE_BYTES)) {
    if (offset !== expected || !body) damagedAt ??= expected
    expected = end
    if (!body) continue
    if (header.kind === 'mark') {
      marked = Math.max(marked, header.seq)
      markedEnd = end
      segment.ranAt = header.at
    } else if (isNumbered(header)) {
      if (header.seq < next) continue
      if (damagedAt !== undefined) damage.push({ missing: [next, header.seq - 1], offset: damagedAt })
      damagedAt = undefined
      next = header.seq + 1
    }
    whole.push({ header, offset, end, gaps: gapsIn(header, body) })
  }
  if (damagedAt !== undefined || marked >= next)
    damage.push({ missing: [next, marked], offset: damagedAt ?? expected })

  const torn = damage.find(({ missing }) => missing[0] > marked)
  const good = whole.filter(({ end }) => torn === undefined || end <= torn.offset)
  for (const { header, offset, gaps } of good) {
    if (header.kind === 'table') segment.tables.set(header.sha256, offset)
    if (isNumbered(header)) noteRecord(segment, header, offset)
    segment.gaps.push(...gaps.filter(({ seq }) => !segment.gaps.some((known) => known.seq === seq)))
  }
  segment.lastSeq = Math.max(segment.lastSeq, marked)
  const rotten = damage
    .map(({ missing: [first, last] }): SeqRange => [first, Math.min(last, marked)])
    .filter(([first, last]) => first <= last)
  return { rotten, markedEnd, goodEnd: good.at(-1)?.end ?? 0 }
}

function gapsIn(header: FrameHeader, body: Uint8Array): HeldGap[] {
  if (body.length === 0 || (header.kind !== 'gap' && header.kind !== 'mark')) return []
  const content: unknown = JSON.parse(Buffer.from(body).toString())
  return header.kind === 'mark'
    ? check(Type.Array(HeldGap), content, 'mark')
    : [{ seq: header.seq, gap: check(GapRecord, content, 'gap record') }]
}

/**
 * What no mark vouches for may exist in the page cache only, left there by a sync that failed under an earlier run;
 * syncing again would then do nothing. Writing it again makes the next sync a real one.
 */
async function rewrite(file: DiskFile, from: number, to: number): Promise<void> {
  for (let offset = from; offset < to; offset += PIECE_BYTES) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, to - offset))
    await file.read(piece, offset)
    await file.write(piece, offset)
  }
}

/** Without room for it the segment is read through again at the next start. */
async function appendIndex(file: DiskFile, segment: Segment): Promise<number> {
  const index = encodeIndex(segment)
  if (!index) return 0
  try {
    await file.write(index, segment.end)
    return index.length
  } catch (error) {
    if (!isDiskFull(error)) throw error
    await file.truncate(segment.end)
    return 0
  }
}

/** The table as it stands in a segment; undefined when it has rotted there. */
async function loadTable(disk: Disk, segment: Segment, hash: string): Promise<Uint8Array | undefined> {
  const offset = segment.tables.get(hash)
  if (offset === undefined) return undefined
  const file = await disk.open(segment.path, 'read')
  try {
    for await (const { header, body } of scanFrames(file, segment.marker, offset, segment.end, PIECE_BYTES)) {
      const whole =
        header.kind === 'table' && body && createHash('sha256').update(body).digest('hex') === hash
      return whole ? new Uint8Array(body) : undefined
    }
  } finally {
    await file.close()
  }
  return undefined
}
