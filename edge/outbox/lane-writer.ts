import type { GapRecord } from '@ganzhi/contracts/gap'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { LANES, type Epoch, type Lane } from '@ganzhi/contracts/record-key'
import type { Logger } from 'pino'
import { ActiveSegment, type Entry } from './active-segment.ts'
import type { Disk } from './disk.ts'
import { HEADER_BYTES } from './frame.ts'
import { outboxBroken } from './outbox-error.ts'
import type { Accepted } from './outbox.ts'
import type { PointTables } from './point-tables.ts'
import { segmentRecords } from './segment-records.ts'
import type { SegmentStore } from './segment-store.ts'
import { emptySegment, randomMarker, type Segment } from './segment.ts'
import type { SeqRange } from './seq-ranges.ts'

/** A record that has no number yet. */
export interface Draft {
  readonly body: Uint8Array
  readonly sha256: string
  readonly at: number
  readonly table?: string
  /** What the body says, when it is a gap record. */
  readonly gap?: GapRecord
}

export interface LaneWriterOptions {
  readonly disk: Disk
  readonly dir: string
  readonly random: (bytes: number) => Uint8Array
  readonly store: SegmentStore
  readonly tables: PointTables
  readonly segmentBytes: number
  /** Running time of the outbox, ms. */
  readonly ran: () => number
  /** A segment whose file failed, and what of its accepted records could not be read back. */
  readonly onFailed: (segment: Segment, rotten: readonly SeqRange[]) => void
  readonly log: Logger
}

const VERIFY_BYTES = 1024 * 1024

/** Numbers records and appends them to the segment of their lane. Must be used by one task at a time. */
export class LaneWriter {
  readonly #options: LaneWriterOptions
  readonly #active = new Map<Lane, ActiveSegment>()
  readonly #heads = new Map<Lane, number>()
  #epoch: Epoch

  constructor(options: LaneWriterOptions) {
    this.#options = options
    this.#epoch = this.#newEpoch()
  }

  get epoch(): Epoch {
    return this.#epoch
  }

  head(lane: Lane): number {
    return this.#heads.get(lane) ?? 0
  }

  isActive(segment: Segment): boolean {
    return this.#active.get(segment.lane)?.segment === segment
  }

  /** Accepts all of them, or throws `outbox-full` or `outbox-broken` and has accepted none. */
  async write(lane: Lane, drafts: readonly Draft[]): Promise<Accepted[]> {
    const bytes = drafts.reduce((sum, { body }) => sum + HEADER_BYTES + body.length, 0)
    const active = await this.#segmentFor(lane, bytes)
    const { segment } = active
    const numbered = drafts.map((draft, i) => ({ draft, seq: segment.lastSeq + 1 + i }))
    await this.#orFail(lane, active, () => active.commit(this.#entries(segment, numbered)))
    const gaps = numbered.flatMap(({ draft: { gap }, seq }) => (gap ? [{ seq, gap }] : []))
    segment.gaps.push(...gaps)
    this.#heads.set(lane, segment.lastSeq)
    // The records are accepted, whatever becomes of their mark.
    await this.#orFail(lane, active, () => active.mark(this.#options.ran(), gaps)).catch(() => undefined)
    return numbered.map(({ draft: { sha256 }, seq }) => ({ epoch: segment.epoch, seq, sha256 }))
  }

  async seal(lane: Lane): Promise<void> {
    const active = this.#active.get(lane)
    if (!active) return
    await this.#orFail(lane, active, () => active.seal())
    this.#active.delete(lane)
  }

  async close(): Promise<void> {
    for (const lane of LANES) await this.seal(lane).catch(() => undefined)
  }

  #entries(segment: Segment, numbered: readonly { draft: Draft; seq: number }[]): Entry[] {
    const { lane, epoch } = segment
    const tables = new Set(segment.tables.keys())
    return numbered.flatMap(({ draft: { body, sha256, at, table, gap }, seq }) => {
      const kind = gap ? 'gap' : 'record'
      const record = {
        header: { kind, lane, epoch, seq, at, sha256, ...(table && { table }) },
        body,
      } as const
      const bytes = table === undefined || tables.has(table) ? undefined : this.#options.tables.get(table)
      if (table === undefined || !bytes) return [record]
      tables.add(table)
      return [
        { header: { kind: 'table', lane, epoch, seq: 0, at, sha256: table }, body: bytes } as const,
        record,
      ]
    })
  }

  async #segmentFor(lane: Lane, bytes: number): Promise<ActiveSegment> {
    const { disk, dir, random, store, segmentBytes } = this.#options
    const current = this.#active.get(lane)
    if (current) {
      const { segment } = current
      const fits = segment.bytes === 0 || segment.bytes + bytes <= segmentBytes
      if (segment.epoch === this.#epoch && fits) return current
      await this.seal(lane)
    }
    const name = { lane, epoch: this.#epoch, firstSeq: this.head(lane) + 1, marker: randomMarker(random) }
    const segment = emptySegment(dir, { ...name, number: store.takeNumber() })
    const active = await this.#orFail(lane, undefined, () => ActiveSegment.create(disk, dir, segment))
    store.add(segment)
    this.#active.set(lane, active)
    return active
  }

  /** A disk error is as good as a restart: the file is given up, and what comes next gets a new epoch. */
  async #orFail<T>(lane: Lane, active: ActiveSegment | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isGanzhiError(error, 'outbox-full')) throw error
      this.#options.log.error({ err: error, lane, file: active?.segment.path }, 'outbox: the disk failed')
      this.#active.delete(lane)
      this.#epoch = this.#newEpoch()
      this.#heads.clear()
      if (active) await this.#salvage(active)
      throw outboxBroken(error)
    }
  }

  /** Only what was synced before counts. It is read back, and the rest is cut off if the disk still can. */
  async #salvage(active: ActiveSegment): Promise<void> {
    const { segment } = active
    await active.abandon()
    const rotten: SeqRange[] = []
    try {
      const file = await this.#options.disk.open(segment.path, 'write')
      try {
        for await (const found of segmentRecords(file, segment, segment.firstSeq, VERIFY_BYTES)) {
          if ('rotten' in found) rotten.push(found.rotten)
        }
        await file.truncate(segment.bytes)
        await file.sync()
      } finally {
        await file.close()
      }
    } catch (err) {
      this.#options.log.warn({ err, file: segment.path }, 'outbox: a failed file could not be tidied up')
    }
    this.#options.onFailed(segment, rotten)
  }

  #newEpoch(): Epoch {
    for (;;) {
      const epoch = Buffer.from(this.#options.random(8)).toString('hex')
      // A gateway without entropy at boot may draw what it drew before.
      if (!this.#options.store.all().some((segment) => segment.epoch === epoch)) return epoch
    }
  }
}
