import type { Clock } from '../clock.ts'
import type { Memory } from '../driver.ts'

/** One request on its way. */
export interface Flight {
  readonly unit: number
  /** Others were under way with it at some time. */
  shared: boolean
}

/** What one depth is judged by. */
const WINDOW = { answers: 48, busyMs: 100 }
/** A deeper pipeline must carry so much more, and be kept so full. */
const GAIN = 1.15
/** Or only so much, where what is under way before a write takes no longer than this. */
const SMALL_GAIN = 1.03
const QUICK_MS = 10
const FULL = 0.6
/** After depths that gained nothing, the next try; the machine may have been busy, so the first comes soon. */
const FIRST_RETRY_MS = 2_000
const LAST_RETRY_MS = 60_000

/**
 * How many requests a server is given at once: doubled only while that carries more, and one for good, over restarts,
 * after the first loss that pipelining can be blamed for.
 */
export class PipelineDepth {
  readonly #clock: Clock
  readonly #memory: Memory
  #max: number
  #depth = 1
  /** The deepest that was worth it, and its answers a ms; below `#depth` while more is tried. */
  #proven = 1
  #rate = 0
  #climbAt = -Infinity
  #retryMs = FIRST_RETRY_MS

  readonly #flights = new Set<Flight>()
  readonly #live = new Set<number>()
  /** Units that fell silent in company: whether they answer alone decides if the company was to blame. */
  readonly #suspects = new Set<number>()

  #since = 0
  #window = { answers: 0, busyMs: 0, flightMs: 0 }

  constructor(max: number, { clock, memory }: { clock: Clock; memory: Memory }) {
    this.#clock = clock
    this.#memory = memory
    this.#max = memory.recall('depth') === 1 ? 1 : max
  }

  get current(): number {
    return this.#suspects.size > 0 ? 1 : this.#depth
  }

  started(unit: number): Flight {
    this.#pass()
    const flight = { unit, shared: this.#flights.size > 0 }
    for (const other of this.#flights) other.shared = true
    this.#flights.add(flight)
    return flight
  }

  answered(flight: Flight): void {
    this.#end(flight)
    this.#live.add(flight.unit)
    if (this.#suspects.has(flight.unit)) return this.#blame()
    this.#window.answers += 1
    this.#judge()
  }

  unanswered(flight: Flight): void {
    this.#end(flight)
    if (this.#suspects.has(flight.unit)) {
      if (!flight.shared) this.#suspects.delete(flight.unit)
      return
    }
    // One that was silent anyway says nothing.
    if (this.#live.delete(flight.unit) && flight.shared) this.#suspects.add(flight.unit)
  }

  /** The connection was lost, or its stream or a reply was wrong. */
  broken(flight: Flight): void {
    this.#end(flight)
    if (flight.shared) this.#blame()
  }

  /** Nobody waits for it any more. */
  dropped(flight: Flight): void {
    this.#end(flight)
  }

  #end(flight: Flight): void {
    this.#pass()
    this.#flights.delete(flight)
  }

  #pass(): void {
    const now = this.#clock.elapsed()
    const ms = now - this.#since
    this.#since = now
    if (this.#flights.size === 0) return
    this.#window.busyMs += ms
    this.#window.flightMs += ms * this.#flights.size
  }

  #judge(): void {
    const { answers, busyMs, flightMs } = this.#window
    if (answers < WINDOW.answers || busyMs < WINDOW.busyMs) return
    const rate = answers / busyMs
    this.#window = { answers: 0, busyMs: 0, flightMs: 0 }
    if (flightMs / busyMs < FULL * this.#depth) return
    if (this.#depth > this.#proven && rate < this.#rate * this.#gainWanted(rate)) return this.#gainedNothing()
    if (this.#depth > this.#proven) this.#retryMs = FIRST_RETRY_MS
    this.#proven = this.#depth
    this.#rate = rate
    if (this.#deeper <= this.#max && this.#clock.elapsed() >= this.#climbAt) this.#depth = this.#deeper
  }

  #gainWanted(rate: number): number {
    return this.#depth / rate <= QUICK_MS ? SMALL_GAIN : GAIN
  }

  get #deeper(): number {
    return this.#depth * 2
  }

  #gainedNothing(): void {
    // A server with Nagle's algorithm holds each second reply back: two under way gain nothing there, four do.
    if (this.#depth === this.#proven * 2 && this.#deeper <= this.#max) {
      this.#depth = this.#deeper
      return
    }
    this.#depth = this.#proven
    this.#climbAt = this.#clock.elapsed() + this.#retryMs
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2)
  }

  #blame(): void {
    this.#max = 1
    this.#depth = 1
    this.#proven = 1
    this.#suspects.clear()
    this.#memory.keep('depth', 1)
  }
}
