import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '../clock.ts'

/** A firmware update may bring what was refused: it is asked for again, this rarely. */
const AGAIN_MS = 60_000
/** However many values a unit refuses, no more than one of them in this time. */
const APART_MS = 1_000

/** When a value that is known to be refused is asked for again, and what is said of it until then. */
export class Refusals {
  readonly #clock: Clock
  readonly #last = new Map<string, { at: number; error: GanzhiError }>()
  #nextAt = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  refused(place: string, error: GanzhiError): void {
    this.#last.set(place, { at: this.#clock.elapsed(), error })
  }

  /** True when it is time; the next one's time is then later. */
  due(place: string): boolean {
    const now = this.#clock.elapsed()
    if (now < this.#nextAt || now < (this.#last.get(place)?.at ?? -Infinity) + AGAIN_MS) return false
    this.#nextAt = now + APART_MS
    return true
  }

  last(place: string): GanzhiError | undefined {
    return this.#last.get(place)?.error
  }
}
