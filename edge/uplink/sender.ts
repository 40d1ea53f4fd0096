import { headersOf, type Lane, messageId } from '@ganzhi/contracts/record-key'
import { laneSubject } from '@ganzhi/contracts/subjects'
import type { Logger } from 'pino'
import type { Clock } from '../outbox/clock.ts'
import type { Outbox, StoredRecord } from '../outbox/outbox.ts'
import { createBell } from './bell.ts'
import type { LaneBook } from './lane-book.ts'
import { type LaneGate, laneGate } from './lane-gate.ts'
import type { Link, PublishOutcome } from './link.ts'
import { type PlantedDefect, seqOnTheWire } from './planted-defects.ts'
import type { TableCourier } from './table-courier.ts'
import type { UplinkTiming } from './timing.ts'
import type { UplinkCounters } from './uplink-counters.ts'
import { type Flight, LANE_OF, TRAFFIC, type Traffic, Wire } from './wire.ts'
import type { Window } from './window.ts'

export interface SenderOptions {
  readonly outbox: Pick<Outbox, 'read' | 'receipted'>
  readonly book: LaneBook
  readonly tables: TableCourier
  readonly gateway: string
  readonly window: Window
  readonly clock: Clock
  readonly random: () => number
  readonly timing: UplinkTiming
  readonly counters: UplinkCounters
  readonly log: Logger
  readonly defect?: PlantedDefect | undefined
}

/** Bodies read ahead, for each kind of traffic. */
const READ_BYTES = 256 * 1024

/** Takes records from the outbox to the broker: in the order of TRAFFIC, within the window, past refusals. */
export class Sender {
  readonly #options: SenderOptions
  readonly #wire: Wire
  readonly #gates: Readonly<Record<Lane, LaneGate>>
  /** Read, and either not yet sent or sent in vain. */
  readonly #waiting: Record<Traffic, Flight[]> = { events: [], live: [], backlog: [], evidence: [] }
  readonly #bell = createBell()
  #link: Link | undefined
  #backlogHeldUntil = 0
  #lastLife = 0
  #closed = false
  #readable = true
  readonly #running: Promise<void>

  constructor(options: SenderOptions) {
    const { random, timing, window } = options
    this.#options = options
    this.#wire = new Wire(window)
    const gate = () => laneGate(timing.refusedMs, random)
    this.#gates = { events: gate(), evidence: gate(), telemetry: gate() }
    this.#running = this.#run()
  }

  attach(link: Link): void {
    const now = this.#now()
    this.#returnAll()
    this.#link = link
    this.#lastLife = now
    this.#backlogHeldUntil = now + this.#options.timing.firstAnswerMs
    this.#bell.ring()
  }

  detach(): void {
    this.#link = undefined
    this.#returnAll()
  }

  /** Nothing is held while there is no connection: what the outbox must evict meanwhile may not be sent later. */
  #returnAll(): void {
    for (const { progress, record } of this.#wire.recallAll()) progress.putBack(record.seq)
    for (const traffic of TRAFFIC) {
      for (const { progress, record } of this.#waiting[traffic]) progress.putBack(record.seq)
      this.#waiting[traffic] = []
    }
  }

  /** The database told what it has, so the backlog need not wait any longer. */
  informed(): void {
    this.#backlogHeldUntil = 0
    this.dropMoot()
  }

  /** Some of what is under way is stored, or was named as missing. */
  dropMoot(): void {
    for (const flight of this.#wire.flights) if (isMoot(flight)) this.#wire.recall(flight)
    for (const traffic of TRAFFIC) {
      this.#waiting[traffic] = this.#waiting[traffic].filter((flight) => !isMoot(flight))
    }
    this.#bell.ring()
  }

  wake(): void {
    this.#bell.ring()
  }

  /** Takes back what was not answered in time. */
  tick(): void {
    const { timing, counters } = this.#options
    const now = this.#now()
    const overdue = this.#wire.takeOverdue(now - timing.publishTimeoutMs)
    counters.unanswered += overdue.length
    for (const { traffic } of overdue) this.#shut(LANE_OF[traffic], 'no answer', now)
    this.#putBack(overdue)
    if (!this.#isBusy()) this.#lastLife = now
    this.#bell.ring()
  }

  /** Connected, with something to send, and nothing taken for a long time: another connection may do better. */
  isStuck(): boolean {
    return (
      this.#link !== undefined &&
      this.#now() - this.#lastLife >= this.#options.timing.stuckMs &&
      this.#isBusy()
    )
  }

  #isBusy(): boolean {
    return this.#wire.size > 0 || TRAFFIC.some((traffic) => this.#has(traffic))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.detach()
    this.#bell.ring()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        const flight = await this.#next()
        this.#readable = true
        if (flight) this.#depart(flight)
        else await this.#bell.heard()
      } catch (error) {
        if (this.#readable) this.#options.log.error({ err: error }, 'the outbox cannot be read')
        this.#readable = false
        await this.#bell.heard()
      }
    }
  }

  async #next(): Promise<Flight | undefined> {
    for (const traffic of TRAFFIC) {
      if (!this.#mayGo(traffic)) continue
      if (this.#waiting[traffic].length === 0) await this.#read(traffic)
      const [first] = this.#waiting[traffic]
      if (!first || !this.#link) continue
      if (!this.#wire.hasRoom(traffic, first.record.body.length, (other) => this.#has(other))) continue
      this.#waiting[traffic].shift()
      return first
    }
    return undefined
  }

  #mayGo(traffic: Traffic): boolean {
    if (!this.#link) return false
    const now = this.#now()
    if (traffic !== 'live' && traffic !== 'events' && now < this.#backlogHeldUntil) return false
    const lane = LANE_OF[traffic]
    return this.#gates[lane].allows(now, this.#wire.onWire(lane))
  }

  #has(traffic: Traffic): boolean {
    return this.#waiting[traffic].length > 0 || this.#options.book.source(traffic) !== undefined
  }

  async #read(traffic: Traffic): Promise<void> {
    const source = this.#options.book.source(traffic)
    if (!source) return
    const { progress, range } = source
    const [first, last] = range
    const records = await this.#options.outbox.read(progress.lane, progress.epoch, first, {
      maxBytes: READ_BYTES,
      toSeq: last,
    })
    const upTo = records.at(-1)?.seq ?? last
    const wanted = new Set(
      progress.read(
        [first, upTo],
        records.map(({ seq }) => seq),
      ),
    )
    const { attempt } = progress
    const flightOf = (record: StoredRecord): Flight => ({ traffic, progress, record, attempt })
    this.#waiting[traffic].push(...records.filter(({ seq }) => wanted.has(seq)).map(flightOf))
  }

  #depart(flight: Flight): void {
    const link = this.#link
    const { progress, record } = flight
    if (!link || isMoot(flight)) return this.#putBack([flight])
    const { gateway, tables, counters, defect } = this.#options
    const now = this.#now()
    if (record.table !== undefined) tables.before(record.table, link, now)
    const { lane, epoch, sha256 } = record
    const seq = seqOnTheWire(record.seq, defect)
    const headers = headersOf({ kind: 'record', key: { gateway, lane, epoch, seq }, sha256 })
    headers['Nats-Msg-Id'] = messageId({ epoch, seq }, flight.attempt)
    counters.sent += 1
    counters.sentBytes += record.body.length
    const settle = (outcome: PublishOutcome) => this.#settle(flight, outcome)
    this.#wire.depart(
      flight,
      now,
      link.publish(laneSubject(gateway, progress.lane), headers, record.body, settle),
    )
  }

  #settle(flight: Flight, outcome: PublishOutcome): void {
    const now = this.#now()
    const { counters, log } = this.#options
    const lane = LANE_OF[flight.traffic]
    this.#wire.answered(flight, now, outcome.kind === 'acked')
    if (outcome.kind === 'acked') {
      counters.taken += 1
      this.#lastLife = now
      this.#taken(flight)
      if (this.#gates[lane].taken()) log.info({ lane }, 'the broker takes records again')
    } else {
      counters.refused += 1
      if (outcome.reason === 'unfit') {
        log.debug(
          { lane, seq: flight.record.seq, reason: outcome.message },
          'the broker will not have a record',
        )
        // Not for ever: the database will lack it, and it is tried again with the pauses of a re-send.
        this.#taken(flight)
      } else {
        if (outcome.reason === 'full') this.#lastLife = now
        this.#shut(lane, outcome.message, now)
        this.#putBack([flight])
      }
    }
    this.#bell.ring()
  }

  #taken({ progress, record }: Flight): void {
    progress.taken(record.seq)
    if (this.#options.defect !== 'delete-on-puback') return
    const { lane, epoch, seq } = record
    progress.learn([[seq, seq]])
    const holes: [number, number][] = seq > 1 ? [[1, seq - 1]] : []
    void this.#options.outbox.receipted(lane, epoch, { contiguous: seq > 1 ? 0 : 1, holes, top: seq })
  }

  #shut(lane: Lane, reason: string, now: number): void {
    if (this.#gates[lane].refused(now)) {
      this.#options.log.warn({ lane, reason }, 'the broker takes no records; they wait in the outbox')
    }
  }

  /** In front, in their order: they are older than what was read meanwhile. */
  #putBack(flights: readonly Flight[]): void {
    for (const flight of flights.toReversed()) {
      if (!isMoot(flight)) this.#waiting[flight.traffic].unshift(flight)
    }
  }

  #now(): number {
    return this.#options.clock.elapsed()
  }
}

/** The database has it already, or was told that it will never come. */
function isMoot({ progress, record }: Flight): boolean {
  return !progress.isUnderWay(record.seq)
}
