import type { Clock } from '@ganzhi/device-drivers/clock'

const SECONDS = 10

/** How often a second something came, over the last ten. */
export class RateMeter {
  readonly #clock: Clock
  readonly #counts = new Uint32Array(SECONDS + 1)
  readonly #since: number
  #second: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.elapsed()
    this.#second = this.#now()
  }

  add(): void {
    this.#forget()
    const at = this.#second % this.#counts.length
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  perSecond(): number {
    this.#forget()
    const secondsOfNow = this.#clock.elapsed() / 1_000 - this.#second
    const lived = (this.#clock.elapsed() - this.#since) / 1_000
    const over = Math.min(SECONDS + secondsOfNow, Math.max(1, lived))
    return this.#counts.reduce((sum, count) => sum + count, 0) / over
  }

  #now(): number {
    return Math.floor(this.#clock.elapsed() / 1_000)
  }

  #forget(): void {
    const now = this.#now()
    for (let second = Math.max(this.#second + 1, now - SECONDS); second <= now; second++) {
      this.#counts[second % this.#counts.length] = 0
    }
    this.#second = now
  }
}
