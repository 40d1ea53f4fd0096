import type { Clock } from '@ganzhi/device-drivers/clock'

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
    this.#credit = Math.min(1, this.#credit + ((now - this.#at) / 1_000) * this.perSecond)
    this.#at = now
    if (this.#credit < 0.5) return false
    this.#credit -= 1
    return true
  }
}
