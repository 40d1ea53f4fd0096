import type { Clock } from '@ganzhi/device-drivers/clock'

const WINDOW_MS = 10_000

/** How often something happens, over the last ten seconds. */
export class Rate {
  total = 0
  readonly #clock: Clock
  #begun: number | undefined
  readonly #times: number[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  count(): void {
    this.#begun ??= this.#clock.elapsed()
    this.total++
    this.#times.push(this.#clock.elapsed())
    this.#forget()
  }

  perSecond(): number {
    this.#forget()
    if (this.#begun === undefined) return 0
    const passed = this.#clock.elapsed() - this.#begun
    // The first begins the time that is measured, it does not fall into it.
    if (passed < WINDOW_MS) return passed > 0 ? ((this.total - 1) * 1_000) / passed : 0
    return (this.#times.length * 1_000) / WINDOW_MS
  }

  #forget(): void {
    const oldest = this.#clock.elapsed() - WINDOW_MS
    const kept = this.#times.findIndex((time) => time > oldest)
    this.#times.splice(0, kept < 0 ? this.#times.length : kept)
  }
}
