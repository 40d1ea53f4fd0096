import { type LaneReceipt, Receipt, type ReceiptRequest } from '@ganzhi/contracts/receipt'
import { check } from '@ganzhi/contracts/schema'
import { gatewaySubject } from '@ganzhi/contracts/subjects'
import type { Logger } from 'pino'
import type { Clock } from '../outbox/clock.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { type SeqRanges, subtract } from '../outbox/seq-ranges.ts'
import { countOf, intersect, missingOf, storedOf } from './coverage.ts'
import type { LaneBook } from './lane-book.ts'
import type { LaneProgress } from './lane-progress.ts'
import type { Link } from './link.ts'
import type { PlantedDefect } from './planted-defects.ts'
import { ResendPacer } from './resend-pacer.ts'
import type { Sender } from './sender.ts'
import type { TableCourier } from './table-courier.ts'
import type { UplinkTiming } from './timing.ts'
import type { UplinkCounters } from './uplink-counters.ts'

export interface ReceiptDeskOptions {
  readonly outbox: Pick<Outbox, 'receipted' | 'rewind' | 'tableLost'>
  readonly book: LaneBook
  readonly sender: Pick<Sender, 'informed' | 'dropMoot' | 'wake'>
  readonly tables: TableCourier
  readonly gateway: string
  readonly clock: Clock
  readonly random: () => number
  readonly nonce: () => string
  readonly timing: UplinkTiming
  readonly counters: UplinkCounters
  readonly log: Logger
  readonly defect?: PlantedDefect | undefined
}

/** What stood where when we asked: an answer is about that, not about what happened since. */
interface Ask {
  readonly nonce: string
  readonly at: number
  readonly lanes: Map<LaneProgress, { readonly stored: SeqRanges; delivered: SeqRanges }>
}

/** Lanes of one request; with more epochs than this on the disk they are asked about in turn. */
const LANES_AN_ASK = 1024
/** Times overdue, after which a record counts as lost although the broker claims to hold messages still. */
const FORLORN = 10
/** Receipts waiting for the disk; they repeat themselves, so that one that finds no room is no loss. */
const MOST_WAITING = 16

/** Asks the database what it has, believes its answers, and has what it lacks sent again. */
export class ReceiptDesk {
  readonly #options: ReceiptDeskOptions
  readonly #pacers = new WeakMap<LaneProgress, ResendPacer>()
  readonly #oldestOpen = new WeakMap<LaneProgress, { seq: number; since: number }>()
  readonly #lostTables = new Set<string>()
  #link: Link | undefined
  #asked: Ask | undefined
  /** Back to the latest that is old enough to tell a slow record from a lost one. */
  #earlier: Ask[] = []
  #firstLane = 0
  #waiting = 0
  #taking: Promise<void> = Promise.resolve()

  constructor(options: ReceiptDeskOptions) {
    this.#options = options
  }

  attach(link: Link): void {
    this.#link = link
    link.subscribe(gatewaySubject(this.#options.gateway, 'receipt'), (body) => this.#receive(body))
    this.#ask()
  }

  detach(): void {
    this.#link = undefined
    this.#asked = undefined
  }

  tick(): void {
    if (!this.#link) return
    const { timing } = this.#options
    const sinceAsk = this.#now() - (this.#earlier.at(-1)?.at ?? 0)
    if (sinceAsk >= timing.askMs || (this.#isOverdue() && sinceAsk >= timing.overdueMs)) this.#ask()
  }

  /** Resolves when everything received has been dealt with. */
  async settled(): Promise<void> {
    await this.#taking
  }

  #isOverdue(): boolean {
    const now = this.#now()
    let overdue = false
    for (const progress of this.#options.book.all()) {
      const [open] = subtract(progress.delivered(), progress.stored)
      const known = this.#oldestOpen.get(progress)
      if (!open) this.#oldestOpen.delete(progress)
      else if (known?.seq !== open[0]) this.#oldestOpen.set(progress, { seq: open[0], since: now })
      else if (now - known.since >= this.#options.timing.overdueMs) overdue = true
    }
    return overdue
  }

  #ask(): void {
    const { book, gateway, nonce, timing } = this.#options
    const all = book.all()
    const from = all.length > LANES_AN_ASK ? this.#firstLane % all.length : 0
    const chosen = [...all.slice(from), ...all.slice(0, from)].slice(0, LANES_AN_ASK)
    this.#firstLane = from + chosen.length
    const ask: Ask = {
      nonce: nonce(),
      at: this.#now(),
      lanes: new Map(
        chosen.map((progress) => [progress, { stored: progress.stored, delivered: progress.delivered() }]),
      ),
    }
    this.#asked = ask
    const oldest = this.#earlier.findLastIndex(({ at }) => at <= ask.at - FORLORN * timing.overdueMs)
    this.#earlier = [...this.#earlier.slice(Math.max(0, oldest)), ask]
    const request: ReceiptRequest = {
      nonce: ask.nonce,
      lanes: chosen.map(({ lane, epoch, contiguous, head }) => ({ lane, epoch, known: contiguous, head })),
    }
    this.#link?.send(gatewaySubject(gateway, 'receipt.get'), Buffer.from(JSON.stringify(request)))
  }

  #receive(body: Uint8Array): void {
    const { counters, log } = this.#options
    if (this.#waiting >= MOST_WAITING) return
    let receipt: Receipt
    try {
      receipt = check(Receipt, JSON.parse(Buffer.from(body).toString()), 'receipt')
    } catch (error) {
      counters.badReceipts += 1
      log.debug({ err: error }, 'a receipt that is none')
      return
    }
    counters.receipts += 1
    const ask = receipt.nonce !== undefined && receipt.nonce === this.#asked?.nonce ? this.#asked : undefined
    if (ask) this.#asked = undefined
    this.#waiting += 1
    this.#taking = this.#taking
      .then(() => this.#take(receipt, ask))
      .catch((error: unknown) => log.error({ err: error }, 'a receipt could not be kept'))
      .finally(() => (this.#waiting -= 1))
  }

  async #take(receipt: Receipt, ask: Ask | undefined): Promise<void> {
    const { book, sender } = this.#options
    const gapsAreKnown = ask !== undefined && this.#tellsAllEvents(receipt, ask)
    for (const told of receipt.lanes) {
      const progress = book.find(told.lane, told.epoch)
      if (!progress) continue
      const then = ask?.lanes.get(progress) ?? this.#believed(progress)
      if (then) await this.#answer(progress, told, then, ask?.at ?? this.#now(), gapsAreKnown)
      else await this.#learn(progress, told)
    }
    if (this.#link) await this.#bring(receipt.need, this.#link, ask !== undefined)
    if (ask) sender.informed()
    else sender.dropMoot()
  }

  /** The planted defect: a receipt that nobody asked for is taken for an answer. */
  #believed(progress: LaneProgress): { stored: SeqRanges; delivered: SeqRanges } | undefined {
    if (this.#options.defect !== 'ignore-nonce') return undefined
    return { stored: progress.stored, delivered: progress.delivered() }
  }

  async #learn(progress: LaneProgress, told: LaneReceipt): Promise<void> {
    const stored = storedOf(told)
    if (subtract(stored, progress.stored).length === 0) return
    progress.learn(stored)
    await this.#options.outbox.receipted(progress.lane, progress.epoch, told)
  }

  async #answer(
    progress: LaneProgress,
    told: LaneReceipt,
    then: { readonly stored: SeqRanges; readonly delivered: SeqRanges },
    askedAt: number,
    gapsAreKnown: boolean,
  ): Promise<void> {
    const { outbox, counters, log, defect } = this.#options
    const { lane, epoch } = progress
    const letGo = defect === 'never-rewind' || defect === 'delete-on-puback'
    const lost = letGo ? [] : missingOf(told, then.stored)
    if (lost.length > 0) {
      log.warn({ lane, epoch, records: countOf(lost) }, 'the database went back in time: sending again')
      counters.rewinds += 1
      progress.forget(storedOf(told))
      await outbox.rewind(lane, epoch, told)
      this.#resend(progress, lost)
    } else {
      await this.#learn(progress, told)
    }
    const missing = subtract(missingOf(told, then.delivered), progress.stored)
    if (gapsAreKnown) await this.#name(progress, told, missing)
    const due = told.pending === 0 ? missing : this.#overdue(progress, told, missing, askedAt)
    const pacer = this.#pacerOf(progress)
    this.#resend(progress, pacer.release(subtract(due, lost), missing, this.#now()))
  }

  /**
   * Below what the database has, and delivered long before we asked: overtaken by later ones, so it was lost. What is
   * lost at the very end nothing overtakes; after a long time its last record is sent, to overtake the others.
   */
  #overdue(progress: LaneProgress, told: LaneReceipt, missing: SeqRanges, askedAt: number): SeqRanges {
    const { overdueMs } = this.#options.timing
    const since = (ms: number): SeqRanges => {
      const old = this.#earlier.findLast(({ at }) => at <= askedAt - ms)
      return intersect(missing, old?.lanes.get(progress)?.delivered ?? [])
    }
    const overtaken = intersect(since(overdueMs), [[1, told.top]])
    if (overtaken.length > 0) return overtaken
    const last = since(FORLORN * overdueMs).at(-1)?.[1]
    return last === undefined ? [] : [[last, last]]
  }

  #resend(progress: LaneProgress, ranges: SeqRanges): void {
    const { defect, counters } = this.#options
    if (ranges.length === 0 || defect === 'never-resend') return
    counters.resent += countOf(ranges)
    for (const ask of this.#earlier) {
      const then = ask.lanes.get(progress)
      if (then) then.delivered = subtract(then.delivered, ranges)
    }
    progress.resend(ranges)
  }

  /** Gone from the outbox, and every gap record that it wrote has arrived: then this one was not among them. */
  async #name(progress: LaneProgress, told: LaneReceipt, missing: SeqRanges): Promise<void> {
    const unnamed = intersect(progress.absent, missing)
    if (unnamed.length === 0) return
    progress.named(unnamed)
    await this.#options.outbox.rewind(progress.lane, progress.epoch, told)
  }

  #tellsAllEvents(receipt: Receipt, ask: Ask): boolean {
    return [...ask.lanes.keys()]
      .filter(({ lane }) => lane === 'events')
      .every((progress) => {
        const told = receipt.lanes.find(({ lane, epoch }) => lane === 'events' && epoch === progress.epoch)
        return told !== undefined && told.contiguous >= progress.head
      })
  }

  async #bring(need: readonly string[], link: Link, asked: boolean): Promise<void> {
    const { tables, outbox, log } = this.#options
    for (const hash of need) {
      if (tables.needed(hash, link, this.#now()) || !asked || this.#lostTables.has(hash)) continue
      log.warn({ table: hash }, 'the cloud needs a point table that is lost')
      await outbox.tableLost(hash)
      this.#lostTables.add(hash)
    }
  }

  #pacerOf(progress: LaneProgress): ResendPacer {
    const { timing, random } = this.#options
    const pacer = this.#pacers.get(progress) ?? new ResendPacer(timing.resendMs, random)
    this.#pacers.set(progress, pacer)
    return pacer
  }

  #now(): number {
    return this.#options.clock.elapsed()
  }
}
