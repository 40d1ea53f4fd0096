import { median } from './result.ts'

/** The last quarter's median ÷ the second quarter's: what is kept for ever grows, what is let go does not. */
export function growthOf(samples: readonly number[]): number {
  return medianOfQuarter(4, samples) / medianOfQuarter(2, samples)
}

export function medianOfQuarter(nth: 1 | 2 | 3 | 4, samples: readonly number[]): number {
  const border = (quarters: number) => (samples.length * quarters) / 4
  return median(samples.slice(border(nth - 1), border(nth)))
}
