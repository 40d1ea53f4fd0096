import { median } from '../result.ts'

/** The last quarter's median ÷ the second quarter's: what is kept for ever grows, what is let go does not. */
export function growthOf(samples: readonly number[]): number {
  const quarter = (n: number) =>
    median(samples.slice((samples.length * n) / 4, (samples.length * (n + 1)) / 4))
  return quarter(3) / quarter(1)
}
