import type {
  Comparison,
  IndicatorPointView,
  IndicatorValueView,
  IndicatorView,
  Standing,
} from '@ganzhi/contracts/indicator-view'
import type { Period } from '@ganzhi/contracts/indicator'
import { unitText } from '@ganzhi/contracts/unit-text'
import { textTable } from './text-columns.ts'

const PERIOD_NAMES: Readonly<Record<Period, string>> = {
  hour: '时 hour',
  day: '日 day',
  week: '周 week',
  month: '月 month',
}
const STANDING_NAMES: Readonly<Record<NonNullable<Standing>, string>> = {
  green: '绿 green',
  amber: '黄 amber',
  red: '红 red',
  missing: '缺测 missing',
}
const TREND_NAMES = { rising: '↗', falling: '↘', steady: '→' } as const
const COURSE_NAMES = { better: '趋好 better', worse: '趋差 worse' } as const

export function indicatorListText(indicators: readonly IndicatorView[]): string {
  if (indicators.length === 0) return '没有指标 no indicators'
  const rows = indicators.map(({ id, document, until }) => [
    document.names.zh,
    id,
    document.group,
    PERIOD_NAMES[document.period],
    unitText(document.unit),
    until === null ? '–' : localTime(until),
  ])
  const titles = ['指标 indicator', 'id', '分类 group', '周期 period', '单位 unit', '算至 computed until']
  return textTable(titles, rows).join('\n')
}

/** Indicators of one area. */
export function areaValuesText(values: readonly IndicatorValueView[]): string {
  const [first] = values
  if (!first)
    return '没有数值 no values: 此区域没有相应设备，或尚未算出 no device here tells any, or none is computed yet'
  const rows = values.map((each) => [each.names.zh, each.indicator, ...valueCells(each)])
  return [
    `${first.area.names.zh} ${first.area.id}, ${span(first)}`,
    ...textTable(['指标 indicator', 'id', ...VALUE_TITLES], rows, [2, 3, 4]),
  ].join('\n')
}

/** One indicator of several areas. */
export function indicatorAreasText(values: readonly IndicatorValueView[]): string {
  const [first] = values
  if (!first) return '没有数值 no values'
  const rows = values.map((each) => [each.area.names.zh, each.area.id, ...valueCells(each)])
  return [
    `${first.names.zh} ${first.indicator}, ${span(first)}`,
    ...textTable(['区域 area', 'id', ...VALUE_TITLES], rows, [2, 3, 4]),
  ].join('\n')
}

export function pointsText(points: readonly IndicatorPointView[], unit: string): string {
  if (points.length === 0) return '没有数值 no values'
  const rows = points.map((point) => [
    localTime(point.at),
    valueText(point.value, unit),
    standingText(point.standing),
    coverageText(point),
  ])
  return textTable(['时间 from', '数值 value', '状态 standing', '设备 devices'], rows, [1]).join('\n')
}

const VALUE_TITLES = [
  '数值 value',
  '环比 previous',
  '同比 last year',
  '状态 standing',
  '趋势 trend',
  '设备 devices',
]

function valueCells(each: IndicatorValueView): string[] {
  const { value, unit, previous, lastYear, standing, trend, course } = each
  return [
    valueText(value, unit),
    changeText(previous),
    lastYear ? changeText(lastYear) : '',
    standingText(standing),
    [trend && TREND_NAMES[trend], course && COURSE_NAMES[course]].filter(Boolean).join(' '),
    coverageText(each),
  ]
}

function valueText(value: number | null, unit: string): string {
  return value === null ? '–' : `${Number(value.toPrecision(4))} ${unitText(unit)}`.trimEnd()
}

function changeText({ percent }: Comparison): string {
  return percent === null ? '–' : `${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`
}

function standingText(standing: Standing): string {
  return standing === null ? '' : STANDING_NAMES[standing]
}

/** How many of those that should tell it did. */
function coverageText({ present, expected }: Pick<IndicatorPointView, 'present' | 'expected'>): string {
  return `${present}/${expected}`
}

function span({ at, to }: IndicatorValueView): string {
  return `${localTime(at)} – ${localTime(to)}`
}

function localTime(at: string): string {
  return new Date(at).toLocaleString('sv-SE').slice(0, 16)
}
