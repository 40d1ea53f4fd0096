import { type HistoryLimit, type HistorySide, historyProperty } from '@ganzhi/contracts/history-limit'
import type { Limit } from '@ganzhi/contracts/rule-condition'
import { type Condition, isNumber } from './condition.ts'
import type { Moment } from './moment.ts'
import type { Place } from './place.ts'
import type { Values } from './rule-state.ts'

/** A limit in its rule. */
type OpenLimit = Exclude<Limit, HistoryLimit> | OfHistory

interface OfHistory {
  readonly history: HistoryLimit
  /** Whose value it is, and where that stands. */
  readonly property: string
  readonly slot: number
}

/** What `above` and `below` have in common: where they begin and end, and the value that is judged. */
export interface Limited extends Pick<Condition, 'properties' | 'usable' | 'onceAMoment'> {
  readonly begins: OpenLimit
  readonly ends: OpenLimit | undefined
  /** Where the value stands, if what came may be a limit. */
  readonly slot: number | undefined
}

export function limited(
  { begins, ends, of }: { readonly begins: Limit; readonly ends: Limit | undefined; readonly of: unknown },
  side: HistorySide,
  place: Place,
): Limited {
  const own = place.property()
  const open = (limit: Limit): OpenLimit => {
    if (typeof limit === 'number' || 'attribute' in limit) return limit
    const property = historyProperty(own, side, limit)
    return { history: limit, property, slot: place.slotOf(property, isNumber) }
  }
  const limits = { begins: open(begins), ends: ends === undefined ? undefined : open(ends) }
  const histories = [limits.begins, limits.ends].flatMap((limit) =>
    isOfHistory(limit) ? limit.property : [],
  )
  // What counts samples does not count those of its limits.
  if (histories.length === 0 || of !== undefined)
    return { ...limits, properties: [own], usable: isNumber, slot: undefined }
  return {
    ...limits,
    properties: [own, ...histories],
    usable: isNumber,
    onceAMoment: true,
    slot: place.slotOf(own, isNumber),
  }
}

/** The value that is judged. */
export function valueAt(slot: number | undefined, { value, values }: Moment): number {
  return slot === undefined ? (value as number) : numberIn(values, slot)
}

/** The number that a limit stands for; NaN, of which nothing is above or below, where there is none. */
export function limitAt(limit: OpenLimit, { attributes, values }: Moment): number {
  if (typeof limit === 'number') return limit
  if ('attribute' in limit) {
    const attribute = attributes[limit.attribute]
    if (typeof attribute === 'number' && Number.isFinite(attribute)) return attribute
    return limit.otherwise ?? Number.NaN
  }
  const { times = 1, plus = 0, otherwise = Number.NaN } = limit.history
  const known = numberIn(values, limit.slot)
  return Number.isNaN(known) ? otherwise : known * times + plus
}

/** What is told of a limit: the number, and where it is reckoned from history, how. */
export function limitFields(name: string, limit: OpenLimit, now: Moment): Record<string, unknown> {
  const told = { [name]: limitAt(limit, now) }
  if (!isOfHistory(limit) || Number.isNaN(numberIn(now.values, limit.slot))) return told
  const { otherwise: _, ...history } = limit.history
  return { ...told, history }
}

function isOfHistory(limit: OpenLimit | undefined): limit is OfHistory {
  return typeof limit === 'object' && 'history' in limit
}

function numberIn(values: Values, slot: number): number {
  const value = values[slot]
  return typeof value === 'number' ? value : Number.NaN
}
