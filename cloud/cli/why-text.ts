import type { Events, Rate } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'

type Why = Readonly<Record<string, unknown>>

const BECAUSE: Readonly<Record<string, string>> = {
  schedule: '不在时段 outside its hours',
  bad: '质量不良 bad quality',
  nan: '不是数 not a number',
}

/** Why a condition began to hold, or ended, in one line. `timeOf` writes a time of the rule's clock. */
export function whyText(why: Why, began: boolean, timeOf: (at: string) => string): string {
  const { because, since, for: lasting, clearFor, property, of, counted } = why
  const sinceText = typeof since === 'string' ? [`自 since ${timeOf(since)}`] : []
  if (typeof because === 'string') return [BECAUSE[because] ?? because, ...sinceText].join(', ')
  const name = typeof property === 'string' ? `${property} ` : ''
  const share = isFields(of) ? [`${String(counted)}/${String(of['m'])}, ≥ ${String(of['n'])}`] : []
  const lasted = lasting ?? clearFor
  return [
    `${name}${what(why, began, timeOf)}`,
    ...share,
    ...(typeof lasted === 'string' ? [`满 for ${lasted}`] : []),
    ...sinceText,
  ].join(', ')
}

function what(why: Why, began: boolean, timeOf: (at: string) => string): string {
  const said = (field: string): string =>
    isFields(why[field]) ? JSON.stringify(why[field]) : String(why[field])
  for (const combine of ['all', 'any']) {
    const parts = why[combine]
    if (!Array.isArray(parts)) continue
    return parts
      .map((part: Why) => `(${whyText(part, began, timeOf)})`)
      .join(combine === 'all' ? ' 且 and ' : ' 或 or ')
  }
  if ('clearBelow' in why) return `< ${said('clearBelow')}`
  if ('clearAbove' in why) return `> ${said('clearAbove')}`
  if ('above' in why) return `${began ? '>' : '≤'} ${said('above')}`
  if ('below' in why) return `${began ? '<' : '≥'} ${said('below')}`
  if ('equals' in why) return `${began ? '=' : '≠'} ${said('equals')}`
  if ('rate' in why) return `变化 change ${rateText(why, began)}`
  if ('stuck' in why) return began ? `${said('stuck')} 不变 stuck` : '又变 moves again'
  if ('noData' in why) return began ? `${said('noData')} 无数据 no data` : '又有数据 data again'
  if ('stale' in why)
    return began ? `${said('stale')} 无可用数据 no usable data` : '又有可用数据 usable data again'
  if ('offline' in why) return began ? `${said('offline')} 离线 offline` : '恢复在线 heard again'
  if ('expression' in why) return `${said('expression')}${began ? '' : ' 不成立 is false'}${numbersText(why)}`
  if ('clear' in why) return `${said('clear')}${numbersText(why)}`
  if ('during' in why) return `${said('during')} ${began ? '发生中 goes on' : '已结束 has ended'}`
  if ('events' in why) return eventsText(why)
  if (isFields(why['outside'])) return outsideText(why, why['outside'])
  if (isFields(why['devices'])) return devicesText(why, why['devices'])
  return JSON.stringify(why)
}

function rateText({ rate, counted }: Why, began: boolean): string {
  const { above, below, per } = rate as Static<typeof Rate>['rate']
  const bounds = [
    ...(above === undefined ? [] : [`${began ? '>' : '≤'} ${above}`]),
    ...(below === undefined ? [] : [`${began ? '<' : '≥'} ${below}`]),
  ]
  const found = typeof counted === 'number' ? `${Number(counted.toPrecision(4))}: ` : ''
  return `${found}${bounds.join(began ? ' 或 or ' : ', ')}${per === undefined ? '' : ` / ${per}`}`
}

/** What an expression over areas made of the devices. */
function numbersText({ numbers }: Why): string {
  if (!isFields(numbers)) return ''
  const said = Object.entries(numbers).map(
    ([cel, number]) => `, ${cel} = ${Number(Number(number).toPrecision(6))}`,
  )
  return said.join('')
}

function eventsText({ events, counted }: Why): string {
  const { type, atLeast, within } = events as Static<typeof Events>['events']
  return `${String(counted)} × ${type} / ${within}, 限 limit ${atLeast}`
}

function outsideText({ metres }: Why, { of, by }: Why): string {
  const where = of === 'route' ? '偏离路线 off its route' : '在界外 outside its border'
  return `${where} ${String(metres)} m, 限 limit ${String(by)} m`
}

function devicesText({ counted, who }: Why, { atLeast }: Why): string {
  const named = Array.isArray(who) && who.length > 0 ? `: ${who.join(', ')}` : ''
  return `${String(counted)} 台设备 devices, 限 limit ${String(atLeast)}${named}`
}

function isFields(value: unknown): value is Why {
  return typeof value === 'object' && value !== null
}
