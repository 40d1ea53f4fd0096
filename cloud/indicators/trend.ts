import type { Indicator } from '@ganzhi/contracts/indicator'
import type { IndicatorValueView } from '@ganzhi/contracts/indicator-view'

type Trend = IndicatorValueView['trend']

/** Fewer known values tell no trend. */
const LEAST = 5
/** Of all pairs, so many more must go one way than the other. */
const CLEARLY = 0.5

/**
 * Kendall's τ over values in order of time: whether the later of two is mostly the greater. By order alone, so that one wild
 * value is no trend, and units and sizes do not matter.
 */
export function trendOf(values: readonly (number | null)[]): Trend {
  const known = values.filter((value) => value !== null)
  if (known.length < LEAST) return null
  const signs = known.flatMap((value, i) => known.slice(i + 1).map((after) => Math.sign(after - value)))
  const tau = signs.reduce((sum, sign) => sum + sign, 0) / signs.length
  if (Math.abs(tau) < CLEARLY) return 'steady'
  return tau > 0 ? 'rising' : 'falling'
}

export function courseOf(trend: Trend, better: Indicator['better']): IndicatorValueView['course'] {
  if (trend === null || trend === 'steady' || better === undefined) return null
  return (trend === 'rising') === (better === 'higher') ? 'better' : 'worse'
}
