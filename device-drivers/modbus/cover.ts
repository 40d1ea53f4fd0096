import type { Span } from './span.ts'

export interface CoverCost {
  /** Of a request, whatever it reads: its frames' fixed bytes, silences, the device's time. */
  readonly requestMs: number
  /** Of one register or bit more. */
  readonly eachMs: number
  /** The longest read there may be. */
  readonly max: number
}

/** Of two ways that differ by less, the one with fewer requests. */
const SAME_MS = 1e-6
const NOTHING: Span = { from: 0, to: 0 }

/**
 * The cheapest way to read `spans`, sorted by `from`, none of them split: how many of them each read takes, in order.
 * A read takes spans that follow each other: of two reads that overlap, the earlier may as well have what it covers.
 */
export function cheapestCover(spans: readonly Span[], { requestMs, eachMs, max }: CoverCost): number[] {
  // Of the first n spans: what reading them costs at least, and how many of them the last read then takes.
  const best = [{ ms: 0, last: 0 }]
  for (let end = 1; end <= spans.length; end++) {
    let cheapestMs = Infinity
    let last = 1
    let to = 0
    for (let start = end - 1; start >= 0; start--) {
      const span = spans[start] ?? NOTHING
      to = Math.max(to, span.to)
      const count = to - span.from
      // One value that is longer than any read may be is still asked for, alone.
      if (count > max && start < end - 1) break
      const ms = (best[start]?.ms ?? 0) + requestMs + count * eachMs
      if (ms < cheapestMs + SAME_MS) {
        cheapestMs = ms
        last = end - start
      }
    }
    best.push({ ms: cheapestMs, last })
  }
  const sizes: number[] = []
  for (let end = spans.length; end > 0;) {
    const last = best[end]?.last ?? 1
    sizes.push(last)
    end -= last
  }
  return sizes.reverse()
}
