/** Doubling pauses, each drawn from its upper half: many gateways that fail together don't come back together. */
export interface Backoff {
  next(): number
  reset(): void
}

export function doublingBackoff(
  [shortestMs, longestMs]: readonly [number, number],
  random: () => number,
): Backoff {
  let ceiling = shortestMs
  return {
    next() {
      const pause = ceiling * (0.5 + random() / 2)
      ceiling = Math.min(longestMs, ceiling * 2)
      return pause
    },
    reset() {
      ceiling = shortestMs
    },
  }
}
