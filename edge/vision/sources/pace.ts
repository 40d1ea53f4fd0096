/** Lets `fps` through a second, and no bursts: what a camera sends in excess is not even decoded. */
export class Pace {
  readonly #periodMs: number
  #due = 0

  constructor(fps: number) {
    this.#periodMs = 1_000 / fps
  }

  /** `at`: ms on a clock that never goes back. */
  lets(at: number): boolean {
    // A little early is in time: cameras are never quite regular.
    if (at < this.#due - 0.3 * this.#periodMs) return false
    this.#due = Math.max(this.#due, at - this.#periodMs) + this.#periodMs
    return true
  }
}
