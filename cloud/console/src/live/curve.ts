import type { RangeView } from '@ganzhi/contracts/api-views'

const SHORTEST_SILENCE_S = 20

/** Columns of a chart: seconds, and numbers or null where the line breaks. */
export interface Curve {
  readonly seconds: number[]
  readonly values: (number | null)[]
  /** Where samples were not good: [from, to) in seconds. */
  readonly doubtful: (readonly [from: number, to: number])[]
}

export function curveOf(range: Pick<RangeView, 'at' | 'value' | 'quality'>): Curve {
  const seconds = range.at.map((at) => at / 1000)
  const values = range.value.map(toNumber)
  const doubtful: [number, number][] = []
  for (const [i, quality] of range.quality.entries()) {
    const from = seconds[i]
    if (quality === 'good' || from === undefined) continue
    const last = doubtful.at(-1)
    // Until the next sample says otherwise, and that may be never.
    const to = seconds[i + 1] ?? Number.POSITIVE_INFINITY
    if (last && last[1] >= from) last[1] = to
    else doubtful.push([from, to])
  }
  return { seconds, values, doubtful }
}

/** The samples that came live since the range was loaded, behind it. */
export function withLive(
  range: Pick<RangeView, 'at' | 'value' | 'quality'>,
  live: readonly { at: string; value: unknown; quality: RangeView['quality'][number] }[],
): Pick<RangeView, 'at' | 'value' | 'quality'> {
  const last = range.at.at(-1) ?? Number.NEGATIVE_INFINITY
  const newer = live.filter(({ at }) => Date.parse(at) > last)
  return {
    at: [...range.at, ...newer.map(({ at }) => Date.parse(at))],
    value: [...range.value, ...newer.map(({ value }) => value)],
    quality: [...range.quality, ...newer.map(({ quality }) => quality)],
  }
}

/**
 * Longer than this without a sample is silence, and no line is drawn through it. What is only sent when it changes comes
 * at uneven times, so it takes ten times what is usual.
 */
export function silenceOf(seconds: readonly number[]): number {
  const steps = seconds.slice(1).map((at, i) => at - (seconds[i] ?? at))
  const median = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0
  return Math.max(SHORTEST_SILENCE_S, 10 * median)
}

export interface Extent {
  readonly min: number
  readonly max: number
}

export function extentOf(values: readonly (number | null)[]): Extent | undefined {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value === null) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max } : undefined
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'boolean') return Number(value)
  // Integers beyond 2^53 come as text.
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
