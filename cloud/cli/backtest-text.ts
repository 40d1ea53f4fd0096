import type {
  AlarmStatistics,
  BacktestAlarm,
  BacktestDocument,
  SeenProperty,
} from '@ganzhi/contracts/backtest'
import type { Rule } from '@ganzhi/contracts/rule'
import type { Limit, SingleCondition } from '@ganzhi/contracts/rule-condition'
import { SEVERITIES } from '@ganzhi/contracts/severity'
import type { Transition } from '@ganzhi/contracts/transition'
import { singleConditions } from '../rules/rule-conditions.ts'
import { TIMEZONE } from '@ganzhi/contracts/clock-span'
import { STATE_NAMES, rises } from './alarm-state-names.ts'
import { textTable } from './text-columns.ts'
import { type TimeTeller, timeTeller } from './time-teller.ts'
import { whyText } from './why-text.ts'

/** Narrower than that, the reason goes into a line of its own. */
const WIDE_COLUMNS = 110
const MOST_ROWS = 200
const NOISIEST = 5
const MOST_DAYS = 31
const BAR_COLUMNS = 20

interface Shown {
  readonly rule: Rule
  /** There were to be judged. */
  readonly rows: number
  /** All that a file has, looked at or not; undefined of what is stored on a platform. */
  readonly properties: readonly string[] | undefined
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined
}

/** A backtest for people: what would have been told and why, how often, and where nothing was, what was nearest to it. */
export function backtestText(document: BacktestDocument, shown: Shown): string {
  const { rule, columns = 120 } = shown
  const { transitions, alarms, compared, faults } = document
  const timeOf = timeTeller(rule.active?.timezone ?? TIMEZONE)
  const blocks = [
    headText(document, shown, timeOf),
    ...(compared ? [comparedText(document, compared, columns, timeOf)] : []),
    ...(compared || transitions.length === 0 ? [] : [transitionsText(transitions, columns, timeOf)]),
    transitions.length === 0 ? [...nothingText(document, shown, timeOf)] : summaryText(alarms),
    ...(faults.length === 0
      ? []
      : [faults.map((fault) => `! ${fault.field} ${fault.message} × ${fault.times}`)]),
  ]
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

function headText(
  { rule: { id, version }, span, devices }: BacktestDocument,
  shown: Shown,
  timeOf: TimeTeller,
): string[] {
  const { rule, rows } = shown
  const names = rule.names ? `  ${rule.names.zh} ${rule.names.en}` : ''
  const zone = rule.active?.timezone ?? TIMEZONE
  return [
    `${id}@${version}${names}`,
    span === null
      ? '没有数据 no data'
      : `${timeOf(span.from)} – ${timeOf(span.to)} (${zone})  ${devices} 台设备 devices, ${rows.toLocaleString('en')} 行 rows`,
  ]
}

function transitionsText(transitions: readonly Transition[], columns: number, timeOf: TimeTeller): string[] {
  const titles = ['时间 time', '设备 device', '告警 alarm', '值 value', '原因 why']
  const rows = transitions.map((transition) => {
    const { at, target, to, value, why } = transition
    const graver = rises(transition)
    return [
      timeOf(at),
      target,
      `${graver ? '▲' : '▽'} ${STATE_NAMES[to]}`,
      value === null ? '–' : String(value),
      whyText(why, graver, (since) => timeOf(since, at)),
    ]
  })
  return reasonedTable(titles, rows, columns)
}

function alarmsText(alarms: readonly BacktestAlarm[], columns: number, timeOf: TimeTeller): string[] {
  const titles = ['开始 from', '结束 to', '设备 device', '告警 alarm', '值 value', '原因 why']
  const rows = alarms.map(({ from, to, target, severity, value, why }) => [
    timeOf(from),
    to === null ? '未消 open' : timeOf(to, from),
    target,
    STATE_NAMES[severity],
    value === null ? '–' : String(value),
    whyText(why, true, (since) => timeOf(since, from)),
  ])
  return reasonedTable(titles, rows, columns)
}

/** The last column is a reason; the one before it a figure. */
function reasonedTable(
  titles: readonly string[],
  all: readonly (readonly string[])[],
  columns: number,
): string[] {
  const rows = all.slice(0, MOST_ROWS)
  const more = all.length - rows.length
  const rest = more === 0 ? [] : [`… 另有 ${more} 条，见 and ${more} more: --json`]
  const figures = [titles.length - 2]
  if (columns >= WIDE_COLUMNS) return [...textTable(titles, rows, figures), ...rest]
  const [head = '', ...lines] = textTable(
    titles.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
    figures,
  )
  return [head, ...lines.flatMap((line, i) => [line, `    ${rows[i]?.at(-1) ?? ''}`]), ...rest]
}

function summaryText({
  alarms,
  perDay,
  open,
  seconds,
  bySeverity,
  devices,
  days,
}: AlarmStatistics): string[] {
  const severities = SEVERITIES.flatMap((severity) =>
    bySeverity[severity] > 0 ? [`${STATE_NAMES[severity]} ${bySeverity[severity]}`] : [],
  )
  const most = days.reduce((highest, day) => Math.max(highest, day.alarms), 0)
  return [
    `告警 alarms  ${alarms} (${severities.join(', ')}), 每天 a day ${round(perDay)}`,
    ...(open > 0 ? [`至末未消 open at the end  ${open}`] : []),
    `告警时长 time in alarm  ${lasting(seconds)}`,
    '',
    ...textTable(
      ['最吵 noisiest', '告警 alarms', '时长 time in alarm'],
      devices.slice(0, NOISIEST).map((each) => [each.target, String(each.alarms), lasting(each.seconds)]),
      [1, 2],
    ),
    ...(days.length > 1
      ? [
          '',
          ...days.slice(-MOST_DAYS).map(({ date, alarms: count }) => {
            const bar = '█'.repeat(Math.ceil((count / most) * BAR_COLUMNS))
            return `${date}  ${bar} ${count}`
          }),
        ]
      : []),
  ]
}

function comparedText(
  { rule: { id, version }, alarms }: BacktestDocument,
  compared: NonNullable<BacktestDocument['compared']>,
  columns: number,
  timeOf: TimeTeller,
): string[] {
  const { rule, added, removed, kept } = compared
  const figures = (name: string, { alarms: count, perDay, seconds }: AlarmStatistics): string[] => [
    name,
    String(count),
    round(perDay),
    lasting(seconds),
  ]
  return [
    ...textTable(
      ['版本 version', '告警 alarms', '每天 a day', '时长 time in alarm'],
      [figures(`${rule.id}@${rule.version}`, compared.alarms), figures(`${id}@${version}`, alarms)],
      [1, 2, 3],
    ),
    '',
    `两版都有 both ${kept}, 新增 added ${added.length}, 不再有 no longer told ${removed.length}`,
    ...(added.length > 0 ? ['', '+ 新增 added', ...alarmsText(added, columns, timeOf)] : []),
    ...(removed.length > 0 ? ['', '- 不再有 no longer told', ...alarmsText(removed, columns, timeOf)] : []),
  ]
}

/** Who sees no alarm wants to know how far from one it was. */
function* nothingText(
  { devices, span, seen }: BacktestDocument,
  { rule, properties }: Shown,
  timeOf: TimeTeller,
): Iterable<string> {
  yield '没有告警 no transition'
  const scope = rule.for.property
  if (devices === 0 && properties === undefined) yield '  没有这样的设备 there is no such device'
  if (devices === 0 && properties && span) {
    const wanted = rule.for.device ?? scope ?? '?'
    yield `  文件中没有 the file has no ${wanted}; 有 it has: ${properties.join(' ')}`
  }
  if (devices === 0 || !span) return
  const said = new Set<string>()
  for (const { condition } of singleConditions(rule)) {
    const property = ('property' in condition ? condition.property : undefined) ?? scope
    const found = seen.find((each) => each.property === property)
    said.add(nearest(condition, property, found, timeOf))
  }
  for (const line of said) yield `  ${line}`
}

function nearest(
  condition: SingleCondition,
  property: string | undefined,
  seen: SeenProperty | undefined,
  timeOf: TimeTeller,
): string {
  const { highest, lowest } = seen ?? {}
  if ('above' in condition && highest) {
    const { above: limit } = condition
    const beyond = typeof limit === 'number' && highest.value > limit
    const place = `${highest.target}, ${timeOf(highest.at)}`
    return `${property} 最高 highest ${highest.value} (${place}), 阈值 threshold > ${limitText(limit)}${beyond ? briefly(condition) : ''}`
  }
  if ('below' in condition && lowest) {
    const { below: limit } = condition
    const beyond = typeof limit === 'number' && lowest.value < limit
    const place = `${lowest.target}, ${timeOf(lowest.at)}`
    return `${property} 最低 lowest ${lowest.value} (${place}), 阈值 threshold < ${limitText(limit)}${beyond ? briefly(condition) : ''}`
  }
  if ('property' in condition || property !== undefined) {
    const range = lowest && highest ? `, ${lowest.value} … ${highest.value}` : ''
    return `${property}: ${seen?.samples ?? 0} 个值 values${range}; 条件 condition ${JSON.stringify(condition)}`
  }
  return `条件 condition ${JSON.stringify(condition)}`
}

function limitText(limit: Limit): string {
  if (typeof limit === 'number') return String(limit)
  return 'attribute' in limit
    ? `属性 attribute ${limit.attribute}`
    : `历史同期 its history, p${limit.percentile} ${limit.days} d`
}

/** The threshold was passed, and yet there was no alarm. */
function briefly({ for: lasting, of }: { for?: string; of?: { n: number; m: number } }): string {
  if (lasting !== undefined) return `, 但未满 but never for ${lasting}`
  return of ? `, 但未到 but never ${of.n} of ${of.m}` : ''
}

function round(figure: number): string {
  return String(Number(figure.toPrecision(3)))
}

function lasting(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 1) return `${round(seconds)} s`
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24]
  return [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes % 60 > 0 ? [`${minutes % 60} min`] : []),
  ].join(' ')
}
