import { createHash } from 'node:crypto'
import type { GapReason, GapRecord } from '@ganzhi/contracts/gap'
import { isGanzhiError } from '@ganzhi/contracts/error'
import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import { removeIfThere } from './whole-file.ts'
import { victimInLane, victimOnDisk } from './eviction.ts'
import { HEADER_BYTES } from './frame.ts'
import { gapsOf, merged, namedBy, notNamed } from './gap-list.ts'
import type { Draft, LaneWriter } from './lane-writer.ts'
import type { OutboxLimits } from './limits.ts'
import { outboxFull } from './outbox-error.ts'
import type { Accepted } from './outbox.ts'
import type { Receipts } from './receipts.ts'
import type { Reserve } from './reserve.ts'
import type { SegmentStore } from './segment-store.ts'
import type { HeldGap, Segment } from './segment.ts'
import { covers, subtract, type SeqRanges } from './seq-ranges.ts'

export interface JournalOptions {
  readonly disk: Disk
  readonly dir: string
  readonly clock: Clock
  readonly limits: OutboxLimits
  readonly store: SegmentStore
  readonly receipts: Receipts
  readonly reserve: Reserve
  readonly writer: LaneWriter
  /** Running time of the outbox, ms. */
  readonly ran: () => number
  readonly onCommitted: (lane: Lane, drafts: readonly Draft[]) => void
  readonly log: Logger
}

/**
 * What the disk holds: lets records in, makes room for them, and lets go of nothing that the database lacks before a
 * gap record that names it is synced. Must be used by one task at a time.
 */
export class Journal {
  readonly #options: JournalOptions
  /** Lost, and not named yet. */
  #due: GapRecord[] = []
  /** Named or receipted, and still to be deleted. */
  #doomed: Segment[] = []

  constructor(options: JournalOptions) {
    this.#options = options
  }

  async commit(lane: Lane, drafts: readonly Draft[]): Promise<Accepted[]> {
    await this.nameWhatIsDue().catch(() => undefined)
    await this.#makeRoomInLane(lane, drafts)
    for (;;) {
      try {
        return await this.#write(lane, drafts)
      } catch (error) {
        if (!isGanzhiError(error, 'outbox-full') || !(await this.#makeRoomOnDisk(lane))) throw error
      }
    }
  }

  /** Notes what was lost, unless that is known already; `nameWhatIsDue` makes it known to others. */
  lose(lane: Lane, epoch: Epoch, ranges: SeqRanges, reason: GapReason): void {
    const { receipts, store, clock } = this.#options
    // A batch whose table is missing is receipted: it is parked in the cloud, and means nothing there.
    const safe = reason === 'table-lost' ? [] : receipts.of(lane, epoch)
    const lost = gapsOf(lane, epoch, subtract(ranges, safe), reason, clock.now())
    const fresh = notNamed(lost, [...store.gaps(), ...this.#due])
    // A gap record that is lost takes with it what it named.
    const silenced = store
      .of(lane, epoch)
      .flatMap((segment) => segment.gaps.filter(({ seq }) => fresh.some((gap) => within(seq, gap))))
    // First what it named: a crash in between must not leave only its own loss named.
    this.#due = merged([...this.#orphans(silenced), ...this.#due, ...fresh])
  }

  async nameWhatIsDue(): Promise<void> {
    const due = this.#due
    if (due.length === 0) return
    await this.#name(due)
    // Writing them may itself have found something lost.
    this.#due = notNamed(this.#due, due)
  }

  /** Everything that is lost or was named, whether or not the database knows it yet. */
  named(lane: Lane, epoch: Epoch): SeqRanges {
    return namedBy([...this.#options.store.gaps(), ...this.#due], lane, epoch)
  }

  /** Lets go of a segment, naming first what the database lacks of it. */
  async evict(segment: Segment, reason: GapReason): Promise<void> {
    const { writer, receipts, clock } = this.#options
    const { lane, epoch, firstSeq, lastSeq } = segment
    await this.nameWhatIsDue()
    if (writer.isActive(segment)) await writer.seal(lane)
    const known = receipts.of(lane, epoch)
    const missing = subtract(subtract([[firstSeq, lastSeq]], known), this.named(lane, epoch))
    const unheard = segment.gaps.filter(({ seq }) => !covers(known, seq))
    // Its own loss first: should a crash tear the rest off, the rest is still in the segment, and is repeated then.
    const gaps = [...gapsOf(lane, epoch, missing, reason, clock.now()), ...merged(this.#orphans(unheard))]
    if (gaps.length > 0) await this.#name(gaps)
    this.discard(segment)
    await this.deleteDoomed()
  }

  /** Finishes what a crash between naming and deleting left: all of it is named, and the database has not all of it. */
  async finishEvictions(): Promise<void> {
    const { store, receipts, ran } = this.#options
    for (const gap of store.gaps()) receipts.add(gap.lane, gap.epoch, [], gap.lastSeq, ran())
    for (const segment of store.all()) {
      const { lane, epoch, firstSeq, lastSeq } = segment
      const missing = subtract([[firstSeq, lastSeq]], receipts.of(lane, epoch))
      const isNamed = missing.length > 0 && subtract(missing, this.named(lane, epoch)).length === 0
      if (isNamed) await this.evict(segment, 'evicted-full')
    }
  }

  /** A segment whose file failed: what could be read back of it stays readable. */
  giveUp(segment: Segment, rotten: SeqRanges): void {
    if (segment.lastSeq < segment.firstSeq) this.discard(segment)
    else this.lose(segment.lane, segment.epoch, rotten, 'rotten')
  }

  /** Nothing of it is needed any more; `deleteDoomed` deletes it. */
  discard(segment: Segment): void {
    const { store, receipts, ran } = this.#options
    const { lane, epoch, lastSeq } = segment
    store.remove(segment)
    this.#doomed.push(segment)
    // The database may still ask for its epoch after the last of it is gone.
    if (lastSeq >= segment.firstSeq) receipts.add(lane, epoch, [], lastSeq, ran())
  }

  async deleteDoomed(): Promise<void> {
    const { disk, dir, log } = this.#options
    if (this.#doomed.length === 0) return
    try {
      for (const { path } of this.#doomed) await removeIfThere(disk, path)
      await disk.syncDir(dir)
      this.#doomed = []
    } catch (err) {
      log.warn({ err }, 'outbox: a segment that is no longer needed could not be deleted; trying again later')
    }
  }

  /** What would no longer be named without these gap records. */
  #orphans(lost: readonly HeldGap[]): GapRecord[] {
    const gone = new Set(lost.map(({ gap }) => gap))
    const others = this.#options.store.gaps().filter((gap) => !gone.has(gap))
    return notNamed([...gone], others)
  }

  async #makeRoomInLane(lane: Lane, drafts: readonly Draft[]): Promise<void> {
    const { limits, store } = this.#options
    const bytes = drafts.reduce((sum, { body }) => sum + HEADER_BYTES + body.length, 0)
    while (store.bytes(lane) + bytes > limits.lanes[lane].bytes) {
      const victim = victimInLane(store.of(lane))
      if (!victim) throw outboxFull(`${lane} may have ${limits.lanes[lane].bytes} bytes`)
      await this.evict(victim, 'evicted-full')
    }
  }

  async #makeRoomOnDisk(lane: Lane): Promise<boolean> {
    const { store, reserve } = this.#options
    const victim = victimOnDisk(store.all(), lane)
    if (!victim) return false
    await this.evict(victim, 'evicted-full')
    await reserve.take()
    return true
  }

  async #name(gaps: readonly GapRecord[]): Promise<void> {
    const drafts = gaps.map((gap) => gapDraft(gap, this.#options.clock.now()))
    try {
      await this.#write('events', drafts)
    } catch (error) {
      if (!isGanzhiError(error, 'outbox-full') || !(await this.#options.reserve.give())) throw error
      await this.#write('events', drafts)
    }
  }

  async #write(lane: Lane, drafts: readonly Draft[]): Promise<Accepted[]> {
    const accepted = await this.#options.writer.write(lane, drafts)
    this.#options.onCommitted(lane, drafts)
    return accepted
  }
}

function gapDraft(gap: GapRecord, at: number): Draft {
  const body = Buffer.from(JSON.stringify(gap))
  return { body, sha256: createHash('sha256').update(body).digest('hex'), at, gap }
}

function within(seq: number, gap: GapRecord): boolean {
  return gap.firstSeq <= seq && seq <= gap.lastSeq
}
