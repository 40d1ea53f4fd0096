import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'

import type { Alteration } from './alteration.ts'
import { dayAfter, isOneOf } from './days.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export interface ActiveSpan {
  readonly from: number
  readonly to: number
}

/** Of a file: from its first input to its last one (1). */
export interface Clock {
  readonly first: number
  readonly last: number
}

/** When the rule counts, from the clock's beginning to its end: found by looking at a wall clock minute by minute. */
export function activeSpans(
  schedule: RuleSchedule,
  clock: Clock,
  alteration: Alteration | undefined,
): ActiveSpan[] {
  const walls = wallClock(
    schedule.timezone ?? 'Asia/Shanghai',
    clock.first - 2 * DAY_MS,
    clock.last + 3 * DAY_MS,
  )
  const days = [...new Set(walls.map(({ wall }) => wall.slice(0, 10)))].slice(0, -2)
  // The first minute that shows this time or a later one: also where the time is left out, or comes twice (9).
  const momentOf = (day: string, time: string): number => {
    const sought = time === '24:00' ? `${dayAfter(day)} 00:00` : `${day} ${time}`
    return walls.find(({ wall }) => wall >= sought)?.at ?? Infinity
  }

  const spans = days.flatMap((day) =>
    schedule.spans
      .filter(({ days: named, from, to }) => {
        const overnight = to <= from
        return isOneOf(overnight && alteration === 'overnight-of-next-day' ? dayAfter(day) : day, named)
      })
      .map(({ from, to }) => ({
        from: momentOf(day, from),
        to: momentOf(to <= from ? dayAfter(day) : day, to),
      })),
  )
  return joined(spans.filter(({ from, to }) => from < to))
}

/** Spans that touch or overlap are one. */
function joined(spans: readonly ActiveSpan[]): ActiveSpan[] {
  const one: ActiveSpan[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = one.at(-1)
    if (last && span.from <= last.to)
      one[one.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else one.push(span)
  }
  return one
}

/** What a clock on the wall shows at each minute: `2026-03-29 03:00`. */
function wallClock(timezone: string, first: number, last: number): { at: number; wall: string }[] {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  const walls = []
  for (let at = Math.floor(first / MINUTE_MS) * MINUTE_MS; at <= last; at += MINUTE_MS) {
    walls.push({ at, wall: format.format(at) })
  }
  return walls
}
