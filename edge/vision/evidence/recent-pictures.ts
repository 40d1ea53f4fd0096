/** A picture as it may leave the gateway. */
export interface Picture {
  /** ms since 1970 */
  readonly at: number
  readonly jpeg: Uint8Array
}

const MOST = 10

/** A few pictures of the past, the further back the fewer: how it looked before something began, whenever that was. */
export class RecentPictures {
  #pictures: readonly Picture[] = []

  get newestAt(): number {
    return this.#pictures.at(-1)?.at ?? -Infinity
  }

  add(picture: Picture): void {
    // What is from later than now was taken by a clock that has been set back since.
    const past = this.#pictures.filter(({ at }) => at < picture.at)
    this.#pictures = [...past, picture]
    if (this.#pictures.length > MOST)
      this.#pictures = this.#pictures.filter((_, i) => i !== this.#leastMissed())
  }

  /** The last one from before that moment. */
  before(moment: number): Picture | undefined {
    return this.#pictures.findLast(({ at }) => at < moment)
  }

  /** The one whose neighbours are nearest to each other, for how long ago it was. */
  #leastMissed(): number {
    const now = this.newestAt
    const at = (i: number) => this.#pictures[i]?.at ?? now
    let [best, least] = [1, Infinity]
    for (let i = 1; i < this.#pictures.length - 1; i++) {
      const missed = (at(i + 1) - at(i - 1)) / (now - at(i))
      if (missed < least) [best, least] = [i, missed]
    }
    return best
  }
}
