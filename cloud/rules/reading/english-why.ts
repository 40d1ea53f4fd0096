import type { HistoryLimit, HistorySide } from '@ganzhi/contracts/history-limit'
import type { RuleCondition } from '@ganzhi/contracts/rule-condition'
import { englishCondition, englishDuration, englishHistory } from './english-conditions.ts'
import { ENGLISH, expressionWords } from './expression-words.ts'
import { quoted, type Words } from './names.ts'
import { isFields, namedIn, partsOf, type Told, type Why } from './why-words.ts'

const BECAUSE: Readonly<Record<string, string>> = {
  schedule: 'the hours of the rule ended',
  bad: 'data of bad quality came',
  nan: 'data came that are no number',
  'rule-changed': 'the rule was changed',
}

export function englishWhy(told: Told, own: string, words: Words): string {
  const { why, value, began } = told
  const id = typeof why['property'] === 'string' ? why['property'] : own
  const seen = told.showsValue ? `${words.property(id)} was ${valueText(value, id, words)}: ` : ''
  const said = `${seen}${clause(why, began, own, told.showsValue, words)}.`
  return said.replace(/^[a-z](?=[a-z ])/, (first) => first.toUpperCase())
}

function valueText(value: number | boolean | string, id: string, words: Words): string {
  return typeof value === 'number' ? words.amount(value, id) : words.value(value, id)
}

/** `named`: the property has been said already. */
function clause(why: Why, began: boolean, own: string, named: boolean, words: Words): string {
  const { because, since, for: lasting, clearFor, of, counted } = why
  const from = typeof since === 'string' ? `, since ${since}` : ''
  if (typeof because === 'string') return `${BECAUSE[because] ?? because}${from}`
  const parts = partsOf(why)
  const long = lasting ?? clearFor
  const lasted = typeof long === 'string' ? ` for ${englishDuration(long)}` : ''
  if (parts) {
    const said = parts.some.map((part, i) => `(${i + 1}) ${clause(part, began, own, false, words)}`)
    const head =
      parts.combine === 'all'
        ? began
          ? 'all held'
          : 'not all held any more'
        : began
          ? 'one held'
          : 'none held any more'
    return `${head}${lasted}${from}: ${said.join('; ')}`
  }
  const share = isFields(of)
    ? `, at ${String(counted)} of the last ${String(of['m'])} usable values (limit ${String(of['n'])})`
    : ''
  return `${what(why, began, own, named, words)}${share}${lasted}${from}`
}

function what(why: Why, began: boolean, own: string, named: boolean, words: Words): string {
  const id = typeof why['property'] === 'string' ? why['property'] : own
  const name = named ? '' : `${words.property(id)} was `
  const amount = (field: string): string => words.amount(Number(why[field]), id)
  const limit = (field: string, side: HistorySide): string =>
    isFields(why['history'])
      ? `${words.amount(round(Number(why[field])), id)} (${englishHistory(why['history'] as HistoryLimit, side, id, words)})`
      : amount(field)
  const span = (field: string): string => englishDuration(String(why[field]))
  if ('clearBelow' in why) return `${name}below ${limit('clearBelow', 'high')}, which clears it`
  if ('clearAbove' in why) return `${name}above ${limit('clearAbove', 'low')}, which clears it`
  if ('above' in why)
    return `${name}${began ? 'above the threshold' : 'no longer above'} ${limit('above', 'high')}`
  if ('below' in why)
    return `${name}${began ? 'below the threshold' : 'no longer below'} ${limit('below', 'low')}`
  if ('equals' in why) {
    const wanted = words.value(why['equals'] as boolean, id)
    return `${name}${began ? '' : 'no longer '}${wanted}`
  }
  const it = named ? 'it' : words.property(id)
  if ('rate' in why) return rate(why, began, it, id, words)
  if ('stuck' in why) return began ? `${it} did not change for ${span('stuck')}` : `${it} changed again`
  if ('noData' in why)
    return began ? `no data of ${it} came for ${span('noData')}` : `data of ${it} came again`
  if ('stale' in why)
    return began ? `no usable data of ${it} came for ${span('stale')}` : `usable data of ${it} came again`
  if ('offline' in why) return began ? `nothing was heard of it for ${span('offline')}` : 'it was heard again'
  if ('expression' in why) {
    const cel = quoted(expressionWords(String(why['expression']), words, ENGLISH))
    return `${cel} was ${began ? '' : 'no longer '}true${numbers(why, words)}`
  }
  if ('clear' in why) {
    const cel = quoted(expressionWords(String(why['clear']), words, ENGLISH))
    return `${cel} was true${numbers(why, words)}`
  }
  if ('during' in why) {
    const incident = `incident of ${words.event(String(why['during']))}`
    return began ? `an ${incident} was open` : `no ${incident} was open any more`
  }
  if (isFields(why['events'])) {
    const { type, atLeast, within } = why['events']
    const found = `${String(why['counted'])} incidents of ${words.event(String(type))} began`
    return `${found} within ${englishDuration(String(within))} (limit ${String(atLeast)})`
  }
  if (isFields(why['outside'])) {
    const of = why['outside']['of'] === 'route' ? 'off its route' : 'outside its border'
    const metres = Number(why['metres'])
    return `it was ${metres} m ${of} (limit ${String(why['outside']['by'])} m)`
  }
  if (isFields(why['devices'])) {
    const { atLeast, when } = why['devices']
    const counted = Number(why['counted'])
    const { on } = englishCondition(when as RuleCondition, own, words)
    const { some, more } = namedIn(why)
    const who = some.length > 0 ? `: ${some.join(', ')}${more ? ' and others' : ''}` : ''
    return `on ${counted === 0 ? 'no device' : counted === 1 ? 'one device' : `${counted} devices`} ${on} (limit ${String(atLeast)})${who}`
  }
  return JSON.stringify(why)
}

/** What an expression over areas made of the devices. */
function numbers({ numbers: made }: Why, words: Words): string {
  if (!isFields(made)) return ''
  const said = Object.entries(made).map(
    ([cel, number]) => `${expressionWords(cel, words, ENGLISH)}: ${Number(Number(number).toPrecision(6))}`,
  )
  return said.length > 0 ? ` (${said.join(', ')})` : ''
}

function rate({ rate: said, counted }: Why, began: boolean, it: string, id: string, words: Words): string {
  const { above, below, per, over } = said as Why
  const each = typeof per === 'string' ? ` per ${englishDuration(per)}` : ''
  const found = typeof counted === 'number' ? ` by ${words.amount(round(counted), id)}${each}` : ''
  const limits = [
    ...(typeof above === 'number'
      ? [`${began ? 'above' : 'no longer above'} ${words.amount(above, id)}`]
      : []),
    ...(typeof below === 'number'
      ? [`${began ? 'below' : 'no longer below'} ${words.amount(below, id)}`]
      : []),
  ]
  return `${it} moved${found} within ${englishDuration(String(over))}, ${limits.join(began ? ' or ' : ' and ')}${each}`
}

function round(figure: number): number {
  return Number(figure.toPrecision(4))
}
