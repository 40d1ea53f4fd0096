import { clockSpan, minutesOf, TIMEZONE, WEEKDAYS } from '@ganzhi/contracts/clock-span'
import Type, { type Static } from 'typebox'
import type { FieldFault } from '../field-fault.ts'

const closed = { additionalProperties: false } as const

/** When a zone is watched 布防时间. Always, where there is none. */
export const Schedule = Type.Object(
  {
    timezone: Type.Optional(Type.String()),
    spans: Type.Array(clockSpan(WEEKDAYS), { minItems: 1, maxItems: 56 }),
  },
  closed,
)
export type Schedule = Static<typeof Schedule>

/** By what a clock on the wall shows: where clocks are changed, an hour that comes twice counts twice. */
export function isWatched({ timezone = TIMEZONE, spans }: Schedule, at: number): boolean {
  const { day, minutes } = wallClock(timezone, at)
  const dayBefore = (day + WEEKDAYS.length - 1) % WEEKDAYS.length
  return spans.some(({ days = WEEKDAYS, from, to }) => {
    const [begin, end] = [minutesOf(from), minutesOf(to)]
    const beginsOn = (which: number) => days.includes(WEEKDAYS[which] as (typeof WEEKDAYS)[number])
    if (begin < end) return beginsOn(day) && begin <= minutes && minutes < end
    return (beginsOn(day) && minutes >= begin) || (beginsOn(dayBefore) && minutes < end)
  })
}

/** Of zones and of rules: what the schema can't say. */
export function scheduleFaults(
  { timezone, spans }: { timezone?: string; spans: readonly { from: string; to: string }[] },
  path: FieldFault['path'],
): FieldFault[] {
  const faults: FieldFault[] = []
  if (timezone !== undefined && !isTimezone(timezone)) {
    const remedy = `Use a name like ${TIMEZONE}, or leave it out.`
    faults.push({ path: [...path, 'timezone'], message: `${timezone} is no time zone`, remedy })
  }
  for (const [i, { from, to }] of spans.entries()) {
    const at = [...path, 'spans', i]
    if (from === '24:00') {
      const remedy = 'Begin at 00:00, on the next day.'
      faults.push({ path: [...at, 'from'], message: 'is the end of a day', remedy })
    } else if (from === to) {
      const remedy = 'For the whole day use from 00:00 to 24:00.'
      faults.push({ path: [...at, 'to'], message: `is ${to}, as from is: a span without time`, remedy })
    }
  }
  return faults
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function wallClock(timeZone: string, at: number): { day: number; minutes: number } {
  let clock = clocks.get(timeZone)
  if (!clock) {
    const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    clock = new Intl.DateTimeFormat('en-US', { timeZone, ...parts })
    clocks.set(timeZone, clock)
  }
  const told = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const day = WEEKDAYS.findIndex((name) => name === told['weekday']?.toLowerCase())
  return { day, minutes: Number(told['hour']) * 60 + Number(told['minute']) }
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) instanceof Intl.DateTimeFormat
  } catch {
    return false
  }
}
