import { GanzhiError } from '@ganzhi/contracts/error'
import type { Span } from './series-store.ts'

const MAX_POINTS = 10_000

export function checkSpan({ from, to }: Span): void {
  if (Number.isFinite(from) && Number.isFinite(to) && from <= to) return
  throw badQuery('from', `${from} to ${to} is no span of time`, 'Give `from` and `to` in this order.')
}

/** Two at least: the lowest and the highest. */
export function checkPoints(points: number): void {
  if (Number.isInteger(points) && points >= 2 && points <= MAX_POINTS) return
  throw badQuery('points', `can't return ${points} points`, `Ask for 2 to ${MAX_POINTS}.`)
}

export function badQuery(field: string, message: string, remedy: string, code = 'bad-query'): GanzhiError {
  return new GanzhiError(message, { code, blame: 'caller', field, remedy })
}
