const KEPT = 256

/** How long the last runs took. */
export class LatencyWindow {
  readonly #ms: number[] = []
  #next = 0

  add(ms: number): void {
    this.#ms[this.#next] = ms
    this.#next = (this.#next + 1) % KEPT
  }

  get count(): number {
    return this.#ms.length
  }

  /** ms that the given share of them took at most; undefined before the first. */
  percentile(share: number): number | undefined {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  }
}
