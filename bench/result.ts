/** A figure beside its yardstick, both taken in the same run. */
export interface BenchResult {
  readonly value: number
  readonly yardstick: number
  readonly ratio: number
  readonly mark: number
  readonly ok: boolean
  readonly [detail: string]: unknown
}

export interface BenchContext {
  readonly timescale: boolean
  readonly minutes: number
  readonly swaps: number
  readonly frames: number
  readonly seed: number
  readonly quick: boolean
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export type Bench = (context: BenchContext) => Promise<BenchResult>

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

export function rounded(value: number, digits = 3): number {
  return Number(value.toPrecision(digits))
}
