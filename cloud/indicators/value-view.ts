import type { Indicator } from '@ganzhi/contracts/indicator'
import type { Comparison, IndicatorPointView, IndicatorValueView } from '@ganzhi/contracts/indicator-view'
import { timeView } from '../api/sample-view.ts'
import type { Known, ValueAmongOthers } from './read-values.ts'
import { standingOf } from './standing.ts'
import { courseOf, trendOf } from './trend.ts'

export interface AreaNames {
  readonly area: string
  readonly name_zh: string
  readonly name_en: string | null
}

export function pointView(document: Indicator, { at, value, expected, present }: Known): IndicatorPointView {
  return { at: timeView(at), value, expected, present, standing: standingOf(document, value) }
}

export function valueView(
  document: Indicator,
  { area, name_zh, name_en }: AreaNames,
  found: ValueAmongOthers,
): IndicatorValueView {
  const { id, names, group, unit, period, better } = document
  const { value, to, recent, previous, lastWeek, lastYear } = found
  const trend = trendOf(recent)
  return {
    indicator: id,
    names,
    group,
    unit,
    period,
    area: { id: area, names: { zh: name_zh, ...(name_en !== null && { en: name_en }) } },
    ...pointView(document, found),
    to: timeView(to),
    previous: comparison(value, previous),
    lastWeek: lastWeek && comparison(value, lastWeek),
    lastYear: lastYear && comparison(value, lastYear),
    recent: [...recent],
    trend,
    course: courseOf(trend, better),
  }
}

function comparison(now: number | null, { at, value }: Known): Comparison {
  const change = now === null || value === null ? null : now - value
  return {
    at: timeView(at),
    value,
    change,
    percent: change === null || !value ? null : (100 * change) / Math.abs(value),
  }
}
