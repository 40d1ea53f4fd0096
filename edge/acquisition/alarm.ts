import type { Clock } from '@ganzhi/device-drivers/clock'

/** Calls at one time at most, which may be moved. */
export class Alarm {
  readonly #clock: Clock
  readonly #call: () => void
  #at = Infinity
  #cancel = () => {}

  constructor(clock: Clock, call: () => void) {
    this.#clock = clock
    this.#call = call
  }

  /** Steady ms; Infinity is never. */
  set(at: number): void {
    if (at === this.#at) return
    this.#cancel()
    this.#at = at
    if (at === Infinity) return
    this.#cancel = this.#clock.after(Math.max(0, at - this.#clock.elapsed()), () => {
      this.#at = Infinity
      this.#call()
    })
  }
}
