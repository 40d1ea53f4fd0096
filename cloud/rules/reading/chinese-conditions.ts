import type { HistoryLimit, HistorySide } from '@ganzhi/contracts/history-limit'
import type { DeviceCondition, Limit, RuleCondition, SingleCondition } from '@ganzhi/contracts/rule-condition'
import { type ConditionWords, durationParts, type Lasting } from './condition-words.ts'
import { CHINESE, expressionWords } from './expression-words.ts'
import { quoted, type Words } from './names.ts'

const UNITS = { day: '天', hour: '小时', minute: '分钟', second: '秒' } as const

export function chineseDuration(duration: string): string {
  return durationParts(duration)
    .map(({ count, unit }) => `${count} ${UNITS[unit]}`)
    .join(' ')
}

/** `own` is the property that a condition is about which names none. */
export function chineseCondition(when: RuleCondition, own: string, words: Words): ConditionWords {
  if ('all' in when) return several('以下条件同时成立', '有一条不再成立', when.all, when, own, words)
  if ('any' in when) return several('以下任一条件成立', '全部不再成立', when.any, when, own, words)
  return single(when, own, words)
}

function several(
  head: string,
  gone: string,
  parts: readonly SingleCondition[],
  lasting: Lasting,
  own: string,
  words: Words,
): ConditionWords {
  const list = parts.map((part) => {
    const { on, off, endsOtherwise } = single(part, own, words)
    return endsOtherwise ? `${on}（${off}为止）` : on
  })
  const together = lasting.for === undefined ? head : `${head}并`
  return { ...lastingWords(together, gone, lasting), parts: list }
}

function single(when: SingleCondition, own: string, words: Words): ConditionWords {
  if ('during' in when) return during(words.event(when.during), when)
  if ('events' in when) {
    const { type, atLeast, within } = when.events
    const on = `${chineseDuration(within)}内发生至少 ${atLeast} 次${words.event(type)}事件`
    return lastingWords(on, `不足 ${atLeast} 次`, when)
  }
  if ('outside' in when) {
    const { route, by = 0 } = when.outside
    const on = route ? `偏离路线超过 ${by} 米` : by > 0 ? `超出围栏 ${by} 米以上` : '超出围栏'
    return lastingWords(on, route ? `回到路线 ${by} 米以内` : '回到围栏内', when)
  }
  if ('devices' in when) {
    const { atLeast, when: each } = when.devices
    const { on, off, endsOtherwise } = single(each, own, words)
    const many = `至少有 ${atLeast} 台设备${on}${endsOtherwise ? `（每台${off}为止）` : ''}`
    const held = when.for === undefined ? many : `${many}，且这样`
    return lastingWords(held, atLeast === 1 ? '没有这样的设备' : `这样的设备不足 ${atLeast} 台`, when)
  }
  if ('offline' in when) {
    return lastingWords(`离线满 ${chineseDuration(when.offline)}`, '恢复在线', when)
  }
  if ('expression' in when) {
    const met = (cel: string): string => `满足${quoted(expressionWords(cel, words, CHINESE))}`
    const gone = when.clear === undefined ? '不再满足' : met(when.clear)
    const age = when.within === undefined ? '' : `按 ${chineseDuration(when.within)}内的数据，`
    return lastingWords(`${age}${met(when.expression)}`, gone, when, when.clear !== undefined)
  }
  const id = when.property ?? own
  const name = words.property(id)
  if ('noData' in when) {
    return lastingWords(`${name} ${chineseDuration(when.noData)}没有任何数据`, '再次收到数据', when)
  }
  if ('stale' in when) {
    return lastingWords(`${name} ${chineseDuration(when.stale)}没有有效数据`, '再次收到有效数据', when)
  }
  if ('stuck' in when) {
    const { within = 0 } = when
    const still = within > 0 ? `变化不超过${words.amount(within, id)}` : '数值不变'
    const gone = within > 0 ? `变化超过${words.amount(within, id)}` : '数值再次变化'
    return lastingWords(`${name} ${chineseDuration(when.stuck)}内一直有数据但${still}`, gone, when)
  }
  const { on, gone, hysteresis } = judged(when, id, words)
  if (!when.of) return lastingWords(`${name}${on}`, gone, when, hysteresis)
  const { n, m } = when.of
  return lastingWords(`最近 ${m} 个有效数据中至少 ${n} 个${name}${on}`, `不足 ${n} 个`, when)
}

type Judged = Extract<DeviceCondition, { of?: unknown }>

function judged(when: Judged, id: string, words: Words): { on: string; gone: string; hysteresis: boolean } {
  const side = 'below' in when ? 'low' : 'high'
  const limit = (value: Limit): string => limitWords(value, side, id, words)
  const again = (value: Limit): string => (typeof value === 'number' ? limit(value) : '该值')
  const end = (value: Limit): string =>
    typeof value === 'object' && 'percentile' in value ? chineseHistory(value, side, id, words) : limit(value)
  if ('above' in when) {
    const { above, clearBelow } = when
    const gone = clearBelow === undefined ? `不再高于${again(above)}` : `回落到${end(clearBelow)}以下`
    return { on: `高于${limit(above)}`, gone, hysteresis: clearBelow !== undefined }
  }
  if ('below' in when) {
    const { below, clearAbove } = when
    const gone = clearAbove === undefined ? `不再低于${again(below)}` : `回升到${end(clearAbove)}以上`
    return { on: `低于${limit(below)}`, gone, hysteresis: clearAbove !== undefined }
  }
  if ('equals' in when) {
    const { equals } = when
    const gone = typeof equals === 'boolean' ? `变为${words.value(!equals, id)}` : '变为其他值'
    return { on: `为${words.value(equals, id)}`, gone, hysteresis: false }
  }
  const { above, below, per, over } = when.rate
  const moving = [
    ...(above === undefined ? [] : [{ up: above >= 0, more: above >= 0, by: above }]),
    ...(below === undefined ? [] : [{ up: below > 0, more: below <= 0, by: below }]),
  ]
  const moves = moving.map(({ up, more, by }) => {
    const amount = words.amount(Math.abs(by), id)
    const [way, than] = [up ? '上升' : '下降', more ? '超过' : '不到']
    return per === undefined
      ? `${way}${than}${amount}`
      : `${way}速度${than}每${chineseDuration(per)} ${amount}`
  })
  const time = `最近 ${chineseDuration(over)}`
  const on = per === undefined ? `在${time}内${moves.join('或')}` : `${moves.join('或')}（按${time}计）`
  return { on, gone: '不再如此', hysteresis: false }
}

function limitWords(limit: Limit, side: HistorySide, id: string, words: Words): string {
  if (typeof limit === 'number') return words.amount(limit, id)
  if ('percentile' in limit) {
    const before =
      limit.otherwise === undefined
        ? '有数据的天数不足一半时不判断'
        : `有数据的天数不足一半时取${words.amount(limit.otherwise, id)}`
    return `${chineseHistory(limit, side, id, words)}（${before}）`
  }
  const { attribute, otherwise } = limit
  const without = otherwise === undefined ? '未设置的设备不判断' : `未设置时取${words.amount(otherwise, id)}`
  return `设备自身的 ${attribute}（${without}）`
}

/** 平时是多少。 */
export function chineseHistory(
  { percentile, days, times, plus }: HistoryLimit,
  side: HistorySide,
  id: string,
  words: Words,
): string {
  const scaled = times === undefined ? '' : `的 ${times} 倍`
  const moved = plus === undefined ? '' : `${plus < 0 ? '减' : '加'}${words.amount(Math.abs(plus), id)}`
  const extreme = side === 'high' ? '最高值' : '最低值'
  return `本设备前 ${days} 天同一小时${extreme}的 ${percentile}% 分位数${scaled}${moved}`
}

/** 事件未结束就一直算。 */
function during(event: string, lasting: Lasting): ConditionWords {
  const on =
    lasting.for === undefined
      ? `${event}事件发生且未结束`
      : `${event}事件发生后 ${chineseDuration(lasting.for)}仍未结束`
  return { ...lastingWords('', `${event}事件全部结束`, lasting), on }
}

function lastingWords(holds: string, gone: string, lasting: Lasting, endsOtherwise = false): ConditionWords {
  const always = lasting.for === undefined ? '' : `持续 ${chineseDuration(lasting.for)}`
  const lingers = lasting.clearFor !== undefined
  const away = lasting.clearFor === undefined ? '' : `满 ${chineseDuration(lasting.clearFor)}`
  return { on: holds + always, off: gone + away, lingers, endsOtherwise: endsOtherwise || lingers }
}
