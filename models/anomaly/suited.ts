import { SCORE } from './score-reading.ts'
import type { DeviceSeries, Series } from './series-csv.ts'

export interface LeftOut {
  readonly property: string
  readonly reason: string
}

/** Rising so often, and hardly ever falling, is no quantity but a count of one. */
const MANY_RISES = 100
const FALLS_OF_COUNTER = 0.001

/** Properties that something can be learnt of, and why nothing can of the others. */
export function suited({ series }: DeviceSeries): { suited: Series[]; leftOut: LeftOut[] } {
  const reasons = series.map(reasonAgainst)
  return {
    suited: series.filter((_, i) => reasons[i] === undefined),
    leftOut: series.flatMap(({ property }, i) => {
      const reason = reasons[i]
      return reason === undefined ? [] : [{ property, reason }]
    }),
  }
}

function reasonAgainst({ property, values }: Series): string | undefined {
  if (property === SCORE) return '是异常分数本身 is the score itself'
  const known = values.filter((value) => !Number.isNaN(value))
  const [rises, falls] = [1, -1].map(
    (way) => known.filter((value, i) => i > 0 && way * (value - (known[i - 1] ?? value)) > 0).length,
  ) as [number, number]
  if (rises + falls === 0) return '从不变化 never changes'
  if (rises >= MANY_RISES && falls <= FALLS_OF_COUNTER * rises)
    return '只增不减，是累计值 only grows: a counter'
  return undefined
}
