import { minutesOf, TIMEZONE } from '@ganzhi/contracts/clock-span'
import { type RULE_DAYS, type RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import type { Calendar } from '@ganzhi/firmware-config/calendars/calendar'
import type { OpenSchedule } from '../engine/open-schedule.ts'
import { type OffsetAt, openZone, wallClock, type WallTime } from './wall-clock.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** A span belongs to a day that is at most so far from where it is: it lasts up to two days, and zones are up to 16 hours off. */
const AROUND_MS = 3 * DAY_MS
/** Weeks without an edge after which there is none: by the week all comes again, the calendar may shift a day or two. */
const WEEKS_ALIKE = 3
/** Late and live samples are apart; so many weeks are kept. */
const WEEKS_KEPT = 64

/** Its beginnings and ends within a week, in turn. */
interface Week {
  readonly activeBefore: boolean
  readonly edges: readonly number[]
}

export function openSchedule(schedule: RuleSchedule, calendar: Calendar): OpenSchedule {
  const offsetAt = openZone(schedule.timezone ?? TIMEZONE)
  const byCalendar = schedule.spans.some(({ days = [] }) =>
    days.some((day) => day === 'workday' || day === 'holiday'),
  )
  const calendarEnds = Math.ceil((Date.parse(calendar.coveredUntil) + DAY_MS) / WEEK_MS)
  const weeks = new Map<number, Week>()

  const weekOf = (index: number): Week => {
    let week = weeks.get(index)
    if (!week) {
      if (weeks.size === WEEKS_KEPT) weeks.clear()
      week = edgesBetween(schedule, calendar, offsetAt, index * WEEK_MS, (index + 1) * WEEK_MS)
      weeks.set(index, week)
    }
    return week
  }

  return {
    isActive(at) {
      const { activeBefore, edges } = weekOf(Math.floor(at / WEEK_MS))
      const passed = edges.findLastIndex((edge) => edge <= at) + 1
      return passed % 2 === 0 ? activeBefore : !activeBefore
    },
    nextEdge(at) {
      const first = Math.floor(at / WEEK_MS)
      const last = (byCalendar ? Math.max(first, calendarEnds) : first) + WEEKS_ALIKE
      for (let index = first; index <= last; index += 1) {
        const edge = weekOf(index).edges.find((each) => each > at)
        if (edge !== undefined) return edge
      }
      return undefined
    },
  }
}

function edgesBetween(
  { spans }: RuleSchedule,
  calendar: Calendar,
  offsetAt: OffsetAt,
  from: number,
  to: number,
): Week {
  const clock = wallClock(offsetAt, from - 2 * AROUND_MS, to + 2 * AROUND_MS)
  const active: { begin: number; end: number }[] = []
  for (let midnight = from - AROUND_MS; midnight < to + AROUND_MS; midnight += DAY_MS) {
    for (const span of spans) {
      if (!isOn(span.days, midnight, calendar)) continue
      const [begins, ends] = [minutesOf(span.from), minutesOf(span.to)]
      const begin = clock.momentOf(midnight + begins * MINUTE_MS)
      const end = clock.momentOf(midnight + ends * MINUTE_MS + (ends < begins ? DAY_MS : 0))
      if (begin < end) active.push({ begin, end })
    }
  }
  const edges = union(active).flatMap(({ begin, end }) => [begin, end])
  const before = edges.filter((edge) => edge < from).length
  return { activeBefore: before % 2 === 1, edges: edges.filter((edge) => from <= edge && edge < to) }
}

type Days = readonly (typeof RULE_DAYS)[number][]
const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** A schedule's day is a date on the wall, wherever its spans end. */
function isOn(days: Days | undefined, midnight: WallTime, calendar: Calendar): boolean {
  if (!days) return true
  const day = new Date(midnight)
  const kind = calendar.isWorkday(day.toISOString().slice(0, 10)) ? 'workday' : 'holiday'
  return days.includes(kind) || days.includes(WEEK[day.getUTCDay()] as (typeof WEEK)[number])
}

/** What overlaps or follows without a moment between is one. */
function union(spans: { begin: number; end: number }[]): { begin: number; end: number }[] {
  const joined: { begin: number; end: number }[] = []
  for (const span of spans.sort((a, b) => a.begin - b.begin)) {
    const last = joined.at(-1)
    if (last && span.begin <= last.end) last.end = Math.max(last.end, span.end)
    else joined.push({ ...span })
  }
  return joined
}
