import { isGanzhiError } from '@ganzhi/contracts/error'
import { isDiskFull, type Disk, type DiskFile } from './disk.ts'
import { encodeFrame, MAX_BODY_BYTES, NO_BODY, type FrameHeader } from './frame.ts'
import { outboxFull } from './outbox-error.ts'
import { encodeIndex } from './segment-index.ts'
import { noteRecord, type HeldGap, type Segment } from './segment.ts'

/** A frame to write: a numbered record, or a point table in front of the batches that use it. */
export interface Entry {
  readonly header: FrameHeader
  readonly body: Uint8Array
}

const NO_HASH = '0'.repeat(64)

/** The segment that a lane is writing. After any error but `outbox-full` it may only be abandoned. */
export class ActiveSegment {
  readonly segment: Segment
  readonly #disk: Disk
  readonly #dir: string
  readonly #file: DiskFile
  /** The directory does not surely know the file yet. */
  #unnamed = true

  private constructor(disk: Disk, dir: string, file: DiskFile, segment: Segment) {
    this.#disk = disk
    this.#dir = dir
    this.#file = file
    this.segment = segment
  }

  static async create(disk: Disk, dir: string, segment: Segment): Promise<ActiveSegment> {
    try {
      return new ActiveSegment(disk, dir, await disk.open(segment.path, 'create'), segment)
    } catch (error) {
      throw isDiskFull(error) ? outboxFull('no room for a file', error) : error
    }
  }

  /** Returns when the entries are synced: from then on they are accepted, and only from then on are they readable. */
  async commit(entries: readonly Entry[]): Promise<void> {
    const { segment } = this
    const frames = entries.map(({ header, body }) => encodeFrame(segment.marker, header, body))
    const start = segment.bytes
    await this.#writeOrUndo(Buffer.concat(frames), start)
    await this.#file.sync()
    if (this.#unnamed) await this.#disk.syncDir(this.#dir)
    this.#unnamed = false

    let offset = start
    for (const [i, { header }] of entries.entries()) {
      if (header.kind === 'table') segment.tables.set(header.sha256, offset)
      else noteRecord(segment, header, offset)
      offset += frames[i]?.length ?? 0
    }
    segment.end = offset
    segment.bytes = offset
  }

  /**
   * Says what has been synced so far. It is not synced itself: should it be lost, whole frames at the end still count;
   * it only tells rot from a torn write there. It repeats the gap records of its group: one that rots would take with
   * it the only knowledge of what it names.
   */
  async mark(ranAt: number, gaps: readonly HeldGap[]): Promise<void> {
    const { segment } = this
    segment.ranAt = ranAt
    const { lane, epoch, lastSeq: seq } = segment
    const header = { kind: 'mark', lane, epoch, seq, at: ranAt, sha256: NO_HASH } as const
    const body = gaps.length > 0 ? Buffer.from(JSON.stringify(gaps)) : NO_BODY
    await this.#writeIfRoom(
      encodeFrame(segment.marker, header, body.length > MAX_BODY_BYTES ? NO_BODY : body),
    )
  }

  /** Closes it for good, with its index. */
  async seal(): Promise<void> {
    const index = encodeIndex(this.segment)
    if (index) await this.#writeIfRoom(index)
    await this.#file.sync()
    await this.#file.close()
  }

  async abandon(): Promise<void> {
    // A file that failed may fail to close too, and there is nothing left to lose.
    await this.#file.close().catch(() => undefined)
  }

  async #writeOrUndo(bytes: Uint8Array, position: number): Promise<void> {
    try {
      await this.#file.write(bytes, position)
    } catch (error) {
      if (!isDiskFull(error)) throw error
      // Whole frames of a refused group must not lie in wait behind what is written here next.
      await this.#file.truncate(position)
      throw outboxFull('the disk is', error)
    }
  }

  async #writeIfRoom(frame: Uint8Array): Promise<void> {
    try {
      await this.#writeOrUndo(frame, this.segment.bytes)
      this.segment.bytes += frame.length
    } catch (error) {
      if (!isGanzhiError(error, 'outbox-full')) throw error
    }
  }
}
