/** So many in a row, each with a shorter reply after it, are no accident. */
const PROOF = 3

/**
 * Some units do not decline a read that is too long for them: they say nothing. Told from a broken link by shorter
 * reads that are answered in between.
 */
export class SilentLengths {
  #count = Infinity
  #times = 0
  #answeredSince = true

  answered(count: number): void {
    if (count < this.#count) this.#answeredSince = true
    else this.#clear()
  }

  /** True when it is proved that this length gets no answer. */
  unanswered(count: number): boolean {
    if (count < this.#count) {
      this.#clear()
      this.#count = count
    }
    if (this.#answeredSince) this.#times += 1
    this.#answeredSince = false
    if (this.#times < PROOF) return false
    this.#clear()
    return true
  }

  #clear(): void {
    this.#count = Infinity
    this.#times = 0
    this.#answeredSince = true
  }
}
