import type { Lane } from '@ganzhi/contracts/record-key'
import type { StoredRecord } from '../outbox/outbox.ts'
import type { LaneProgress } from './lane-progress.ts'
import type { Window } from './window.ts'

/** In the order in which they go. */
export const TRAFFIC = ['events', 'live', 'backlog', 'evidence'] as const
export type Traffic = (typeof TRAFFIC)[number]

export const LANE_OF: Readonly<Record<Traffic, Lane>> = {
  events: 'events',
  live: 'telemetry',
  backlog: 'telemetry',
  evidence: 'evidence',
}

/** Part of the window that is each one's own: no kind of traffic can starve another. */
const SHARE: Readonly<Record<Traffic, number>> = {
  events: 1 / 4,
  live: 1 / 4,
  backlog: 1 / 8,
  evidence: 1 / 8,
}

/** Kept free even while there is nothing to send: an event must not wait for the backlog's answers. */
const ALWAYS_KEPT: readonly Traffic[] = ['events', 'live']

/** A record on its way, until the broker or the database has it. */
export interface Flight {
  readonly traffic: Traffic
  readonly progress: LaneProgress
  readonly record: StoredRecord
  /** Fixed when first sent: a repeat after silence is the same message, a re-send is another. */
  readonly attempt: number
}

interface Departure {
  readonly sentAt: number
  readonly forget: () => void
}

/** What is on the wire and not yet answered, and whether there is room for more. */
export class Wire {
  readonly #window: Window
  readonly #departures = new Map<Flight, Departure>()
  readonly #used: Record<Traffic, { bytes: number; messages: number }> = {
    events: { bytes: 0, messages: 0 },
    live: { bytes: 0, messages: 0 },
    backlog: { bytes: 0, messages: 0 },
    evidence: { bytes: 0, messages: 0 },
  }

  constructor(window: Window) {
    this.#window = window
  }

  get size(): number {
    return this.#departures.size
  }

  get flights(): Iterable<Flight> {
    return this.#departures.keys()
  }

  onWire(lane: Lane): number {
    return TRAFFIC.filter((traffic) => LANE_OF[traffic] === lane).reduce(
      (sum, traffic) => sum + this.#used[traffic].messages,
      0,
    )
  }

  /** `wanting` has more to send: its share is kept for it. */
  hasRoom(traffic: Traffic, bytes: number, wanting: (other: Traffic) => boolean): boolean {
    if (this.#used[traffic].messages === 0) return true
    const kept = TRAFFIC.filter((other) => other !== traffic)
      .filter((other) => ALWAYS_KEPT.includes(other) || wanting(other))
      .reduce((sum, other) => sum + Math.max(0, SHARE[other] - this.#fraction(other)), 0)
    const used = TRAFFIC.reduce((sum, each) => sum + this.#fraction(each), 0)
    return used + kept + Math.max(bytes / this.#window.bytes, 1 / this.#window.messages) <= 1
  }

  #fraction(traffic: Traffic): number {
    const { bytes, messages } = this.#used[traffic]
    return Math.max(bytes / this.#window.bytes, messages / this.#window.messages)
  }

  depart(flight: Flight, sentAt: number, forget: () => void): void {
    this.#departures.set(flight, { sentAt, forget })
    this.#count(flight, 1)
  }

  /** The broker answered, for good or bad. */
  answered(flight: Flight, now: number, taken: boolean): void {
    const departure = this.#departures.get(flight)
    if (!departure) return
    if (taken) this.#window.answered(flight.record.body.length, now - departure.sentAt)
    this.#remove(flight)
  }

  /** Those sent before `limit` and not answered; they are off the wire now. */
  takeOverdue(limit: number): Flight[] {
    const overdue: Flight[] = []
    for (const [flight, { sentAt }] of this.#departures) {
      if (sentAt > limit) break
      overdue.push(flight)
    }
    if (overdue.length > 0) this.#window.lost()
    for (const flight of overdue) this.recall(flight)
    return overdue
  }

  recall(flight: Flight): void {
    this.#departures.get(flight)?.forget()
    this.#remove(flight)
  }

  recallAll(): Flight[] {
    const flights = [...this.#departures.keys()]
    for (const flight of flights) this.recall(flight)
    return flights
  }

  #remove(flight: Flight): void {
    if (this.#departures.delete(flight)) this.#count(flight, -1)
  }

  #count({ traffic, record }: Flight, sign: 1 | -1): void {
    this.#used[traffic].bytes += sign * record.body.length
    this.#used[traffic].messages += sign
  }
}
