import type { Period } from '@ganzhi/contracts/indicator'
import type { Comparison, IndicatorValueView, Standing } from '@ganzhi/contracts/indicator-view'
import { unitText } from '@ganzhi/contracts/unit-text'
import { t } from '../language.ts'
import { showNumber, showTime } from '../show.ts'

/** The one that needs a look first. */
export const STANDINGS = ['red', 'amber', 'missing', 'green'] as const satisfies readonly Standing[]

export function showFigure(value: number | null): string {
  return value === null ? t('missing') : showNumber(Number(value.toPrecision(4)), null)
}

export function showAmount(value: number | null, unit: string): string {
  return value === null ? t('missing') : `${showFigure(value)} ${unitText(unit)}`.trim()
}

/** What has been added since; of a share in points, since a share of a share misleads. */
export function showChange({ change, percent }: Comparison, unit: string): string | undefined {
  if (change === null) return undefined
  if (unit === '%') return t('sharePoints', { n: signed(change) })
  return percent === null ? `${signed(change)} ${unitText(unit)}`.trim() : `${signed(percent)} %`
}

function signed(value: number): string {
  const short = Number(value.toPrecision(2))
  return short > 0 ? `+${showNumber(short, null)}` : showNumber(short, null).replace('-', '−')
}

export function isBetter(
  { change }: Comparison,
  better: 'lower' | 'higher' | undefined,
): boolean | undefined {
  if (!change || better === undefined) return undefined
  return change < 0 === (better === 'lower')
}

const HALF_DAY_MS = 43_200_000

/** Days, weeks and months are those of the platform: at their first noon it is that day wherever one reads this, or nearly. */
export function showPeriod(at: string, period: Period): string {
  if (period === 'hour') return showTime(at).slice(0, 16)
  const day = showTime(Date.parse(at) + HALF_DAY_MS).slice(0, 10)
  if (period === 'month') return day.slice(0, 7)
  return period === 'week' ? t('weekFrom', { day }) : day
}

export function trendText({ trend, course }: Pick<IndicatorValueView, 'trend' | 'course'>): string {
  if (trend === null) return t('trend.unknown')
  return course === null ? t(`trend.${trend}`) : `${t(`trend.${trend}`)} · ${t(`course.${course}`)}`
}
