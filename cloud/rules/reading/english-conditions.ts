import type { HistoryLimit, HistorySide } from '@ganzhi/contracts/history-limit'
import type { DeviceCondition, Limit, RuleCondition, SingleCondition } from '@ganzhi/contracts/rule-condition'
import { type ConditionWords, durationParts, type Lasting } from './condition-words.ts'
import { ENGLISH, expressionWords } from './expression-words.ts'
import { quoted, type Words } from './names.ts'

export function englishDuration(duration: string): string {
  return durationParts(duration)
    .map(({ count, unit }) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ')
}

/** `own` is the property that a condition is about which names none. */
export function englishCondition(when: RuleCondition, own: string, words: Words): ConditionWords {
  if ('all' in when) {
    const gone: Gone = ['one of them no longer holds', 'one of them has not held']
    return several('all of these hold', gone, when.all, when, own, words)
  }
  if ('any' in when) {
    const gone: Gone = ['none of them holds any more', 'none of them has held']
    return several('at least one of these holds', gone, when.any, when, own, words)
  }
  return single(when, own, words)
}

/** `it is low`, and as it is said with a duration: `it has been low`. */
type Gone = readonly [now: string, lasting: string]

function several(
  head: string,
  gone: Gone,
  parts: readonly SingleCondition[],
  lasting: Lasting,
  own: string,
  words: Words,
): ConditionWords {
  const list = parts.map((part) => {
    const { on, off, endsOtherwise } = single(part, own, words)
    return endsOtherwise ? `${on} (until ${off})` : on
  })
  return { ...lastingWords(head, gone, lasting), parts: list }
}

function single(when: SingleCondition, own: string, words: Words): ConditionWords {
  if ('during' in when) {
    const incident = `incident of ${words.event(when.during)}`
    const is = when.for === undefined ? 'is open' : 'has been open'
    return lastingWords(`an ${incident} ${is}`, ['none is open', 'none has been open'], when)
  }
  if ('events' in when) {
    const { type, atLeast, within } = when.events
    const count = `at least ${atLeast} incident${atLeast === 1 ? '' : 's'} of ${words.event(type)}`
    const gone: Gone = ['there are fewer', 'there have been fewer']
    return lastingWords(`${count} begin within ${englishDuration(within)}`, gone, when)
  }
  if ('outside' in when) {
    const { route, by = 0 } = when.outside
    const off = route
      ? `more than ${by} m off its route`
      : `${by > 0 ? `more than ${by} m ` : ''}outside its border`
    const gone: Gone = ['it is back', 'it has been back']
    return lastingWords(`it ${when.for === undefined ? 'is' : 'stays'} ${off}`, gone, when)
  }
  if ('devices' in when) {
    const { atLeast, when: each } = when.devices
    const { on, off, endsOtherwise } = single(each, own, words)
    const many = `on at least ${atLeast === 1 ? 'one device' : `${atLeast} devices`} ${on}`
    const until = endsOtherwise ? `${many} (until ${off} there)` : many
    const gone: Gone =
      atLeast === 1
        ? ['there is none such', 'there has been none such']
        : ['there are fewer such', 'there have been fewer such']
    return lastingWords(when.for === undefined ? until : `${until}, and this lasts`, gone, when)
  }
  if ('offline' in when) {
    const gone: Gone = ['it is heard again', 'it has been heard']
    return lastingWords(`nothing has been heard of it for ${englishDuration(when.offline)}`, gone, when)
  }
  if ('expression' in when) {
    const said = (cel: string): string => quoted(expressionWords(cel, words, ENGLISH))
    const gone: Gone =
      when.clear === undefined
        ? ['that is no longer so', 'that has not been so']
        : [`${said(when.clear)} is true`, `${said(when.clear)} has been true`]
    const verb = when.for === undefined ? 'is' : 'stays'
    const age = when.within === undefined ? '' : `by values no older than ${englishDuration(when.within)}, `
    return lastingWords(`${age}${said(when.expression)} ${verb} true`, gone, when, when.clear !== undefined)
  }
  const id = when.property ?? own
  const name = words.property(id)
  if ('noData' in when) {
    const gone: Gone = ['data come again', 'data have come again']
    return lastingWords(`no data of ${name} have come for ${englishDuration(when.noData)}`, gone, when)
  }
  if ('stale' in when) {
    const gone: Gone = ['usable data come again', 'usable data have come again']
    return lastingWords(`no usable data of ${name} have come for ${englishDuration(when.stale)}`, gone, when)
  }
  if ('stuck' in when) {
    const { within = 0 } = when
    const still = within > 0 ? `moved by no more than ${words.amount(within, id)}` : 'not changed'
    const gone: Gone =
      within > 0 ? ['it moves by more', 'it has moved by more'] : ['it changes', 'it has been changing']
    return lastingWords(
      `${name} keeps coming but has ${still} for ${englishDuration(when.stuck)}`,
      gone,
      when,
    )
  }
  const { does, gone, hysteresis } = judged(when, id, words)
  if (when.of) {
    const { n, m } = when.of
    const fewer: Gone = ['there are fewer', 'there have been fewer']
    return lastingWords(`${name} ${does.now} in at least ${n} of the last ${m} usable values`, fewer, when)
  }
  return lastingWords(`${name} ${when.for === undefined ? does.now : does.lasting}`, gone, when, hysteresis)
}

type Judged = Extract<DeviceCondition, { of?: unknown }>
interface JudgedWords {
  readonly does: { readonly now: string; readonly lasting: string }
  readonly gone: Gone
  readonly hysteresis: boolean
}

const is = (what: string): JudgedWords['does'] => ({ now: `is ${what}`, lasting: `stays ${what}` })
const itIs = (what: string): Gone => [`it is ${what}`, `it has been ${what}`]

function judged(when: Judged, id: string, words: Words): JudgedWords {
  const side = 'below' in when ? 'low' : 'high'
  const limit = (value: Limit): string => limitWords(value, side, id, words)
  const again = (value: Limit): string => (typeof value === 'number' ? limit(value) : 'that')
  const end = (value: Limit): string =>
    typeof value === 'object' && 'percentile' in value ? englishHistory(value, side, id, words) : limit(value)
  if ('above' in when) {
    const { above, clearBelow } = when
    const gone = itIs(clearBelow === undefined ? `at ${again(above)} or below` : `below ${end(clearBelow)}`)
    return { does: is(`above ${limit(above)}`), gone, hysteresis: clearBelow !== undefined }
  }
  if ('below' in when) {
    const { below, clearAbove } = when
    const gone = itIs(clearAbove === undefined ? `at ${again(below)} or above` : `above ${end(clearAbove)}`)
    return { does: is(`below ${limit(below)}`), gone, hysteresis: clearAbove !== undefined }
  }
  if ('equals' in when) {
    const { equals } = when
    const gone = itIs(typeof equals === 'boolean' ? words.value(!equals, id) : 'anything else')
    return { does: is(words.value(equals, id)), gone, hysteresis: false }
  }
  const { above, below, per, over } = when.rate
  const moving = [
    ...(above === undefined ? [] : [{ verb: above < 0 ? FALL : RISE, more: above >= 0, by: above }]),
    ...(below === undefined ? [] : [{ verb: below > 0 ? RISE : FALL, more: below <= 0, by: below }]),
  ]
  const time = englishDuration(over)
  const each = per === undefined ? ` within ${time}` : ` per ${englishDuration(per)} (taken over ${time})`
  const said = (form: 'now' | 'lasting'): string => {
    const moves = moving.map(
      ({ verb, more, by }) =>
        `${verb[form]} by ${more ? 'more' : 'less'} than ${words.amount(Math.abs(by), id)}`,
    )
    return `${moves.join(' or ')}${each}`
  }
  const gone: Gone = ['it no longer does', 'it has not done so']
  return { does: { now: said('now'), lasting: said('lasting') }, gone, hysteresis: false }
}

const RISE = { now: 'rises', lasting: 'keeps rising' } as const
const FALL = { now: 'falls', lasting: 'keeps falling' } as const

function limitWords(limit: Limit, side: HistorySide, id: string, words: Words): string {
  if (typeof limit === 'number') return words.amount(limit, id)
  if ('percentile' in limit) {
    const before =
      limit.otherwise === undefined
        ? 'not judged until half of them are known'
        : `${words.amount(limit.otherwise, id)} until half of them are known`
    return `${englishHistory(limit, side, id, words)} (${before})`
  }
  const { attribute, otherwise } = limit
  const without =
    otherwise === undefined
      ? 'a device without it is not judged'
      : `${words.amount(otherwise, id)} where it has none`
  return `the device’s own ${attribute} (${without})`
}

/** What it usually is. */
export function englishHistory(
  { percentile, days, times, plus }: HistoryLimit,
  side: HistorySide,
  id: string,
  words: Words,
): string {
  const scaled = times === undefined ? '' : `${times} times `
  const moved = plus === undefined ? '' : ` ${plus < 0 ? 'less' : 'plus'} ${words.amount(Math.abs(plus), id)}`
  const extreme = side === 'high' ? 'highest' : 'lowest'
  return `${scaled}what its ${extreme} value in this hour of the day did not exceed on ${percentile}% of the last ${days} days${moved}`
}

function lastingWords(holds: string, gone: Gone, lasting: Lasting, endsOtherwise = false): ConditionWords {
  const lingers = lasting.clearFor !== undefined
  return {
    on: lasting.for === undefined ? holds : `${holds} for ${englishDuration(lasting.for)}`,
    off: lasting.clearFor === undefined ? gone[0] : `${gone[1]} for ${englishDuration(lasting.clearFor)}`,
    lingers,
    endsOtherwise: endsOtherwise || lingers,
  }
}
