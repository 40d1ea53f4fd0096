import type { LatestView } from '@ganzhi/contracts/api-views'
import type { Value } from '@ganzhi/contracts/reading'
import type { Sample } from '../series-store/series-store.ts'

/** JSON has no NaN, no infinities, and no integers that every reader keeps beyond 2^53. */
export function valueView(value: Value): unknown {
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

export function latestView({ seriesId, at, value, quality }: Sample): LatestView {
  return { series: seriesId, at: timeView(at), value: valueView(value), quality }
}

export function timeView(at: number | Date): string {
  return new Date(at).toISOString()
}
