import type { Clock } from '@ganzhi/device-drivers/clock'

/** What is saved up: enough for the one behind a late one to come in its own time, too little for two at once. */
const MOST_CREDIT = 1.4

/** Lets through so many a second, evenly; who comes a little early is not sent away. */
export class Pacer {
  perSecond: number
  readonly #clock: Clock
  #credit = 1
  #at: number

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock
    this.#at = clock.elapsed()
    this.perSecond = perSecond
  }

  pass(): boolean {
    if (this.perSecond === Infinity) return true
    const now = this.#clock.elapsed()
    this.#credit = Math.min(MOST_CREDIT, this.#credit + ((now - this.#at) / 1_000) * this.perSecond)
    this.#at = now
    if (this.#credit < 0.5) return false
    this.#credit -= 1
    return true
  }
}
