import type { AskedLimit } from './asked-limits.ts'

export const HOUR_MS = 3_600_000

export function hourOf(at: number): number {
  return at - (at % HOUR_MS)
}

/** The hours that the number of an hour is reckoned from. */
export function hoursBefore(hour: number, { days }: Pick<AskedLimit, 'days'>): number[] {
  return Array.from({ length: days }, (_, day) => hour - (day + 1) * 24 * HOUR_MS)
}

/** By the extremes of these hours, as many as are known (docs/rules.md, 11); undefined where they are too few. */
export function historyNumber(
  extremes: readonly number[],
  { percentile, days }: Pick<AskedLimit, 'percentile' | 'days'>,
): number | undefined {
  if (extremes.length < days / 2) return undefined
  const sorted = Float64Array.from(extremes).sort()
  const place = ((sorted.length - 1) * percentile) / 100
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const next = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (next - below) * (place - Math.floor(place))
}
