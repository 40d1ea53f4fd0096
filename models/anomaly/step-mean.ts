/** Of a step that is known for less of its time nothing is said. */
const LEAST_KNOWN = 0.5

/**
 * The mean over time of a value that holds until another is said, as devices that report by exception mean it. After
 * `holdMs` without a word it is known no more: the device, its gateway or the way between may be down.
 */
export class StepMean {
  readonly #holdMs: number
  #value = NaN
  #saidAt = 0
  /** Up to where it is summed up. */
  #at: number
  #sum = 0
  #knownMs = 0

  constructor(start: number, holdMs: number) {
    this.#at = start
    this.#holdMs = holdMs
  }

  /** NaN: from now on it is not known. What comes late counts from now on. */
  say(at: number, value: number): void {
    this.#sumUp(at)
    this.#value = value
    this.#saidAt = at
  }

  /** The mean from the last close to `end`; NaN when too little of that time is known. */
  close(end: number, stepMs: number): number {
    this.#sumUp(end)
    const mean = this.#knownMs >= LEAST_KNOWN * stepMs ? this.#sum / this.#knownMs : NaN
    this.#sum = 0
    this.#knownMs = 0
    return mean
  }

  #sumUp(to: number): void {
    const knownTo = Math.min(to, this.#saidAt + this.#holdMs)
    if (!Number.isNaN(this.#value) && knownTo > this.#at) {
      this.#sum += this.#value * (knownTo - this.#at)
      this.#knownMs += knownTo - this.#at
    }
    this.#at = Math.max(this.#at, to)
  }
}
