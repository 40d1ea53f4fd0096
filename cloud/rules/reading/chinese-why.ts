import type { HistoryLimit, HistorySide } from '@ganzhi/contracts/history-limit'
import type { RuleCondition } from '@ganzhi/contracts/rule-condition'
import { chineseCondition, chineseDuration, chineseHistory } from './chinese-conditions.ts'
import { CHINESE, expressionWords } from './expression-words.ts'
import { quoted, type Words } from './names.ts'
import { isFields, namedIn, partsOf, type Told, type Why } from './why-words.ts'

const BECAUSE: Readonly<Record<string, string>> = {
  schedule: '判断时段结束',
  bad: '收到质量不好的数据',
  nan: '收到不是数值的数据',
  'rule-changed': '规则已修改',
}

export function chineseWhy(told: Told, own: string, words: Words): string {
  const { why, value, began } = told
  const id = typeof why['property'] === 'string' ? why['property'] : own
  const seen = told.showsValue ? `${words.property(id)}${valueText(value, id, words)}，` : ''
  return `${seen}${clause(why, began, own, told.showsValue, words)}。`
}

function valueText(value: number | boolean | string, id: string, words: Words): string {
  return `为${typeof value === 'number' ? words.amount(value, id) : words.value(value, id)}`
}

/** `named`: the property has been said already. */
function clause(why: Why, began: boolean, own: string, named: boolean, words: Words): string {
  const { because, since, for: lasting, clearFor, of, counted } = why
  const from = typeof since === 'string' ? `（自 ${since} 起）` : ''
  if (typeof because === 'string') return `${BECAUSE[because] ?? because}${from}`
  const parts = partsOf(why)
  const long = lasting ?? clearFor
  const lasted = typeof long === 'string' ? `，已满 ${chineseDuration(long)}` : ''
  if (parts) {
    const said = parts.some.map((part, i) => `（${i + 1}）${clause(part, began, own, false, words)}`)
    const head =
      parts.combine === 'all'
        ? began
          ? '同时成立'
          : '不再全部成立'
        : began
          ? '至少一条成立'
          : '全部不再成立'
    return `${head}${lasted}${from}：${said.join('；')}`
  }
  const share = isFields(of)
    ? `，最近 ${String(of['m'])} 个有效数据中有 ${String(counted)} 个（限 ${String(of['n'])} 个）`
    : ''
  return `${what(why, began, own, named, words)}${share}${lasted}${from}`
}

function what(why: Why, began: boolean, own: string, named: boolean, words: Words): string {
  const id = typeof why['property'] === 'string' ? why['property'] : own
  const name = named ? '' : words.property(id)
  const amount = (field: string): string => words.amount(Number(why[field]), id)
  const limit = (field: string, side: HistorySide): string =>
    isFields(why['history'])
      ? `${words.amount(round(Number(why[field])), id)}（${chineseHistory(why['history'] as HistoryLimit, side, id, words)}）`
      : amount(field)
  const span = (field: string): string => chineseDuration(String(why[field]))
  if ('clearBelow' in why) return `${name}低于解除值 ${limit('clearBelow', 'high')}`
  if ('clearAbove' in why) return `${name}高于解除值 ${limit('clearAbove', 'low')}`
  if ('above' in why) return `${name}${began ? '高于' : '不再高于'}阈值 ${limit('above', 'high')}`
  if ('below' in why) return `${name}${began ? '低于' : '不再低于'}阈值 ${limit('below', 'low')}`
  if ('equals' in why) {
    const wanted = words.value(why['equals'] as boolean, id)
    return `${name}${began ? '为' : '不再为'}${wanted}`
  }
  if ('rate' in why) return rate(why, began, name, id, words)
  if ('stuck' in why) return began ? `${name} ${span('stuck')}内没有变化` : `${name}再次变化`
  if ('noData' in why) return began ? `${name} ${span('noData')}没有任何数据` : `${name}再次收到数据`
  if ('stale' in why) return began ? `${name} ${span('stale')}没有有效数据` : `${name}再次收到有效数据`
  if ('offline' in why) return began ? `离线满 ${span('offline')}` : '恢复在线'
  if ('expression' in why) {
    const cel = quoted(expressionWords(String(why['expression']), words, CHINESE))
    return `${began ? '满足' : '不再满足'}${cel}${numbers(why, words)}`
  }
  if ('clear' in why) {
    const cel = quoted(expressionWords(String(why['clear']), words, CHINESE))
    return `满足${cel}${numbers(why, words)}`
  }
  if ('during' in why)
    return `${words.event(String(why['during']))}事件${began ? '发生且未结束' : '全部结束'}`
  if (isFields(why['events'])) {
    const { type, atLeast, within } = why['events']
    const inTime = `${chineseDuration(String(within))}内发生 ${String(why['counted'])} 次`
    return `${inTime}${words.event(String(type))}事件（限 ${String(atLeast)} 次）`
  }
  if (isFields(why['outside'])) {
    const away = why['outside']['of'] === 'route' ? '偏离路线' : '超出围栏'
    const back = why['outside']['of'] === 'route' ? '距路线' : '距围栏'
    return `${began ? away : back} ${String(why['metres'])} 米（限 ${String(why['outside']['by'])} 米）`
  }
  if (isFields(why['devices'])) {
    const { atLeast, when } = why['devices']
    const { on } = chineseCondition(when as RuleCondition, own, words)
    const { some, more } = namedIn(why)
    const who = some.length > 0 ? `：${some.join('、')}${more ? '等' : ''}` : ''
    return `${String(why['counted'])} 台设备${on}（限 ${String(atLeast)} 台）${who}`
  }
  return JSON.stringify(why)
}

/** What an expression over areas made of the devices. */
function numbers({ numbers: made }: Why, words: Words): string {
  if (!isFields(made)) return ''
  const said = Object.entries(made).map(
    ([cel, number]) => `${expressionWords(cel, words, CHINESE)}为 ${Number(Number(number).toPrecision(6))}`,
  )
  return said.length > 0 ? `（${said.join('，')}）` : ''
}

function rate({ rate: said, counted }: Why, began: boolean, name: string, id: string, words: Words): string {
  const { above, below, per, over } = said as Why
  const each = typeof per === 'string' ? `每${chineseDuration(per)} ` : ''
  const found = typeof counted === 'number' ? `${each}变化 ${words.amount(round(counted), id)}，` : ''
  const limits = [
    ...(typeof above === 'number' ? [`${began ? '超过' : '未超过'} ${each}${words.amount(above, id)}`] : []),
    ...(typeof below === 'number' ? [`${began ? '低于' : '不低于'} ${each}${words.amount(below, id)}`] : []),
  ]
  return `${name}在 ${chineseDuration(String(over))}内${found}${limits.join(began ? '或' : '，')}`
}

function round(figure: number): number {
  return Number(figure.toPrecision(4))
}
