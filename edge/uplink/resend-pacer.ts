import type { SeqRanges } from '../outbox/seq-ranges.ts'
import { type Backoff, doublingBackoff } from '../backoff.ts'
import { countOf, intersect } from './coverage.ts'

/** Lets a lane re-send at once as long as that helps, and ever more rarely when the database still lacks it all. */
export class ResendPacer {
  readonly #backoff: Backoff
  #resent: SeqRanges = []
  #quietUntil = Number.NEGATIVE_INFINITY

  constructor(pauses: readonly [shortest: number, longest: number], random: () => number) {
    this.#backoff = doublingBackoff(pauses, random)
  }

  /** Which of `wanted` may be sent again now, all of it or nothing. */
  release(wanted: SeqRanges, missing: SeqRanges, now: number): SeqRanges {
    const helped = countOf(intersect(this.#resent, missing)) < countOf(this.#resent)
    if (helped) this.#backoff.reset()
    if (now < this.#quietUntil && !helped) return []
    if (wanted.length === 0) return []
    this.#resent = wanted
    this.#quietUntil = now + this.#backoff.next()
    return wanted
  }
}
