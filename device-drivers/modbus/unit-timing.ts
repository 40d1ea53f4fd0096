export interface TimingOptions {
  /** The longest a reply is ever waited for; all of it until the unit is known. */
  readonly timeoutMs: number
}

/** Weight of the newest reply in the mean. */
const NEWEST = 1 / 8
/** The slowest of so many replies is their 99th percentile. */
const REMEMBERED = 100
/** Fewer say nothing of the slowest. */
const ENOUGH = 10
const MARGIN = 3
const LEAST_TIMEOUT_MS = 100
const UNMEASURED_MS = 5

/** How long one unit on one link takes between a request and its reply, what the wire takes not counted. */
export class UnitTiming {
  readonly #longestMs: number
  readonly #recent: number[] = []
  #count = 0
  #meanMs = UNMEASURED_MS
  /** Requests in a row without a reply. */
  #silent = 0

  constructor({ timeoutMs }: TimingOptions) {
    this.#longestMs = timeoutMs
  }

  get meanMs(): number {
    return this.#meanMs
  }

  /** How long to wait for the next reply; longer after each that did not come, as it may only be late. */
  get timeoutMs(): number {
    if (this.#count < ENOUGH) return this.#longestMs
    const slowest = Math.max(...this.#recent)
    const wait = Math.max(LEAST_TIMEOUT_MS, MARGIN * slowest) * 2 ** this.#silent
    return Math.min(this.#longestMs, wait)
  }

  answered(turnaroundMs: number): void {
    const ms = Math.max(0, turnaroundMs)
    this.#silent = 0
    this.#meanMs = this.#count === 0 ? ms : this.#meanMs + NEWEST * (ms - this.#meanMs)
    this.#recent[this.#count % REMEMBERED] = ms
    this.#count += 1
  }

  unanswered(): void {
    this.#silent += 1
  }
}
