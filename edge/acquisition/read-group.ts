import type { PlannedPoint } from './plan.ts'

/** What came of a read that was due. */
export type Served = 'answered' | 'refused' | 'silent' | 'link-down'

const FAST_MS = 1_000
const LINK_RETRY_MS = 1_000
const FIRST_REFUSED_MS = 1_000
const LAST_REFUSED_MS = 60_000
/** Weight of the latest round in the reached interval. */
const WEIGHT = 1 / 4
const LATE = 1.2

/**
 * The points of a device that are read at one interval. They fall due on a grid that all groups of a link share, so
 * that those of one device meet and are read together.
 */
export class ReadGroup {
  readonly intervalMs: number
  points: readonly PlannedPoint[] = []
  /** Steady ms. */
  due: number
  /** From when it falls due until it has been read: nothing is queued twice. */
  queued = false
  /** In the round under way: something of it has a value. */
  hasValue = false
  readonly #origin: number
  #refusals = 0
  #readAt: number | undefined
  #reachedMs: number | undefined

  constructor(intervalMs: number, origin: number, now: number) {
    this.intervalMs = intervalMs
    this.#origin = origin
    this.due = this.#grid(now)
  }

  get fast(): boolean {
    return this.intervalMs <= FAST_MS
  }

  get deadline(): number {
    return this.due + this.intervalMs
  }

  get refused(): boolean {
    return this.#refusals > 0
  }

  /** Sets when it is due next; gives how many reads fell out because this one came so late. */
  served(now: number, outcome: Served): number {
    const passed = Math.round((this.#grid(now) - this.#grid(this.due)) / this.intervalMs)
    // Behind by less than a read: that one is made late, and none falls out.
    this.due = passed > 0 ? this.#grid(now) : this.#grid(this.due) + this.intervalMs
    if (outcome === 'link-down') this.due = Math.min(this.due, now + LINK_RETRY_MS)
    this.#refusals = outcome === 'refused' ? this.#refusals + 1 : 0
    if (outcome === 'refused') {
      const wait = Math.min(LAST_REFUSED_MS, FIRST_REFUSED_MS * 2 ** (this.#refusals - 1))
      this.due = Math.max(this.due, this.#grid(now + wait) + this.intervalMs)
    }
    if (outcome !== 'answered') this.interrupted()
    else this.#measure(now)
    return outcome === 'answered' ? Math.max(0, passed - 1) : 0
  }

  /** Due as if it had been read until now: what was missed is not made good. */
  rejoin(now: number): void {
    this.due = this.#grid(now)
    this.#refusals = 0
    this.interrupted()
  }

  /** What comes between has nothing to do with how much the link can carry. */
  interrupted(): void {
    this.#readAt = undefined
    this.#reachedMs = undefined
  }

  /** The interval at which it is really read, where that is late. */
  lateMs(now: number): number | undefined {
    if (this.#readAt === undefined || this.refused) return undefined
    const waited = now - this.#readAt
    // One read that is on its way is not late yet.
    const reached = Math.max(this.#reachedMs ?? 0, waited > 2 * this.intervalMs ? waited : 0)
    return reached > this.intervalMs * LATE ? reached : undefined
  }

  #measure(now: number): void {
    if (this.#readAt !== undefined) {
      const gap = now - this.#readAt
      this.#reachedMs = (this.#reachedMs ?? gap) + WEIGHT * (gap - (this.#reachedMs ?? gap))
    }
    this.#readAt = now
  }

  /** The latest time of the grid that is not after `at`. */
  #grid(at: number): number {
    return this.#origin + Math.floor((at - this.#origin) / this.intervalMs) * this.intervalMs
  }
}
