import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import { chinaCalendar } from '@ganzhi/firmware-config/calendars/calendar'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSchedule } from './rule-schedule.ts'

const calendar = await chinaCalendar()
const open = (schedule: RuleSchedule) => openSchedule(schedule, calendar)
type Span = RuleSchedule['spans'][number]

/** The next moments at which it changes, as the clocks in Shanghai show them where no other zone is asked for. */
function edgesFrom(schedule: RuleSchedule, from: string, many: number, offset = '+08:00'): string[] {
  const { nextEdge } = open(schedule)
  const told: string[] = []
  const ahead = Date.parse(`1970-01-01T00:00:00Z`) - Date.parse(`1970-01-01T00:00:00${offset}`)
  for (let at = nextEdge(Date.parse(from)); at !== undefined && told.length < many; at = nextEdge(at)) {
    told.push(new Date(at + ahead).toISOString().slice(0, 19))
  }
  return told
}

const daily = (from: string, to: string, timezone?: string): RuleSchedule => ({
  ...(timezone === undefined ? {} : { timezone }),
  spans: [{ from, to }],
})
const on = (days: Span['days'] & {}, from: string, to: string): RuleSchedule => ({
  spans: [{ days, from, to }],
})

describe('a rule’s schedule', () => {
  it('counts from its beginning up to its end, to the millisecond, by the clocks of China', () => {
    const { isActive, nextEdge } = open(daily('08:30', '17:00'))
    const begin = Date.parse('2026-11-21T08:30:00+08:00')
    const end = Date.parse('2026-11-21T17:00:00+08:00')
    expect([begin - 1, begin, end - 1, end].map(isActive)).toEqual([false, true, true, false])
    expect([begin - 1, begin, end - 1].map(nextEdge)).toEqual([begin, end, end])
  })

  it('gives a night to the day on which it begins', () => {
    expect(edgesFrom(on(['fri', 'sat'], '22:00', '06:00'), '2026-11-20T00:00:00+08:00', 5)).toEqual([
      '2026-11-20T22:00:00',
      '2026-11-21T06:00:00',
      '2026-11-21T22:00:00',
      '2026-11-22T06:00:00',
      '2026-11-27T22:00:00',
    ])
  })

  it('runs on where one span ends and another begins', () => {
    const spans = [
      { from: '08:00', to: '12:00' },
      { from: '12:00', to: '18:00' },
      { from: '17:00', to: '20:00' },
    ]
    expect(edgesFrom({ spans }, '2026-11-21T00:00:00+08:00', 2)).toEqual([
      '2026-11-21T08:00:00',
      '2026-11-21T20:00:00',
    ])
  })

  it('has no edge where it always counts', () => {
    for (const schedule of [
      daily('00:00', '24:00'),
      on(['workday', 'holiday'], '00:00', '24:00'),
      {
        timezone: 'Europe/Berlin',
        spans: [
          { from: '00:00', to: '02:30' },
          { from: '02:30', to: '24:00' },
        ],
      },
    ]) {
      expect(open(schedule).nextEdge(Date.parse('2026-03-20'))).toBeUndefined()
      expect(open(schedule).isActive(Date.parse('2026-03-29T01:15Z'))).toBe(true)
    }
  })

  it('finds an edge that is most of a year away', () => {
    // Every day but the Sundays on which people work.
    const schedule = on(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'holiday'], '00:00', '24:00')
    expect(edgesFrom(schedule, '2026-01-05T00:00:00+08:00', 2)).toEqual([
      '2026-09-20T00:00:00',
      '2026-09-21T00:00:00',
    ])
  })
})

describe('a schedule by workdays', () => {
  it('rests on public holidays and works on the Saturday that makes up for them', () => {
    const office = on(['workday'], '09:00', '18:00')
    expect(edgesFrom(office, '2026-09-30T00:00:00+08:00', 8)).toEqual([
      '2026-09-30T09:00:00',
      '2026-09-30T18:00:00',
      '2026-10-08T09:00:00',
      '2026-10-08T18:00:00',
      '2026-10-09T09:00:00',
      '2026-10-09T18:00:00',
      '2026-10-10T09:00:00',
      '2026-10-10T18:00:00',
    ])
  })

  it('takes every day on which nobody works as a holiday, weekends too', () => {
    expect(edgesFrom(on(['holiday'], '00:00', '24:00'), '2026-09-24T12:00:00+08:00', 6)).toEqual([
      '2026-09-25T00:00:00',
      '2026-09-28T00:00:00',
      '2026-10-01T00:00:00',
      '2026-10-08T00:00:00',
      '2026-10-11T00:00:00',
      '2026-10-12T00:00:00',
    ])
  })

  it('gives the night after the last holiday to the holiday', () => {
    const { isActive } = open(on(['holiday'], '22:00', '06:00'))
    expect(isActive(Date.parse('2026-10-08T05:59:59+08:00'))).toBe(true)
    expect(isActive(Date.parse('2026-10-08T23:00:00+08:00'))).toBe(false)
  })

  it('goes by the week in a year that the calendar does not have', () => {
    const { isActive } = open(on(['workday'], '09:00', '18:00'))
    const noon = (date: string) => isActive(Date.parse(`${date}T12:00:00+08:00`))
    // National Day of 2031 is a Wednesday; 4 October a Saturday.
    expect(['2031-10-01', '2031-10-04', '2019-10-01'].map(noon)).toEqual([true, false, true])
  })

  it('takes the date of its own zone', () => {
    const { isActive } = open({
      timezone: 'America/New_York',
      spans: [{ days: ['holiday'], from: '00:00', to: '24:00' }],
    })
    // 1 October by the clocks of Shanghai, 30 September by those of New York.
    expect(isActive(Date.parse('2026-10-01T08:00:00+08:00'))).toBe(false)
    expect(isActive(Date.parse('2026-10-01T12:00:00+08:00'))).toBe(true)
  })
})

describe('where clocks are changed', () => {
  // 2026-03-29: 02:00 becomes 03:00, at 01:00 UTC. 2026-10-25: 03:00 becomes 02:00, at 01:00 UTC.
  it('a time that is left out is the moment of the change', () => {
    const from = '2026-03-28T12:00:00Z'
    expect(edgesFrom(daily('02:30', '05:00', 'Europe/Berlin'), from, 2, '+00:00')).toEqual([
      '2026-03-29T01:00:00',
      '2026-03-29T03:00:00',
    ])
    expect(edgesFrom(daily('01:00', '02:30', 'Europe/Berlin'), from, 2, '+00:00')).toEqual([
      '2026-03-29T00:00:00',
      '2026-03-29T01:00:00',
    ])
  })

  it('a span that is left out altogether does not come that day', () => {
    expect(edgesFrom(daily('02:10', '02:50', 'Europe/Berlin'), '2026-03-28T12:00:00Z', 1, '+00:00')).toEqual([
      '2026-03-30T00:10:00',
    ])
  })

  it('a time that comes twice is the first of the two', () => {
    const from = '2026-10-24T12:00:00Z'
    expect(edgesFrom(daily('01:00', '02:30', 'Europe/Berlin'), from, 3, '+00:00')).toEqual([
      '2026-10-24T23:00:00',
      '2026-10-25T00:30:00',
      '2026-10-26T00:00:00',
    ])
    expect(edgesFrom(daily('02:30', '04:00', 'Europe/Berlin'), from, 2, '+00:00')).toEqual([
      '2026-10-25T00:30:00',
      '2026-10-25T03:00:00',
    ])
    // 03:00 itself comes once: after both.
    expect(edgesFrom(daily('02:00', '03:00', 'Europe/Berlin'), from, 2, '+00:00')).toEqual([
      '2026-10-25T00:00:00',
      '2026-10-25T02:00:00',
    ])
  })

  it.each([
    // By half an hour: 02:00 becomes 02:30, at 15:30 UTC.
    ['Australia/Lord_Howe', '02:15', '04:00', '2026-10-03T12:00:00Z', '2026-10-03T15:30:00'],
    // No change, but quarters of an hour: UTC+5:45.
    ['Asia/Kathmandu', '06:00', '08:00', '2026-10-03T12:00:00Z', '2026-10-04T00:15:00'],
    // At midnight: 23:30 of 4 May 2018 became 00:00 of the next day.
    ['Asia/Pyongyang', '23:45', '24:00', '2018-05-04T12:00:00Z', '2018-05-05T14:45:00'],
    // Years ago in China: 02:00 of 4 May 1986 became 03:00.
    ['Asia/Shanghai', '02:30', '04:00', '1986-05-03T12:00:00Z', '1986-05-03T18:00:00'],
    // A whole day: after 29 December 2011 came the 31st.
    ['Pacific/Apia', '22:00', '24:00', '2011-12-30T11:00:00Z', '2011-12-31T08:00:00'],
  ])('%s: %s–%s', (timezone, from, to, after, begins) => {
    expect(edgesFrom(daily(from, to, timezone), after, 1, '+00:00')).toEqual([begins])
  })
})

const time = fc
  .oneof(
    fc.integer({ min: 0, max: 1439 }),
    fc.integer({ min: 0, max: 23 }).map((h) => h * 60),
  )
  .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`)
const days = fc.option(
  fc.uniqueArray(fc.constantFrom('mon', 'wed', 'fri', 'sun', 'workday', 'holiday'), { minLength: 1 }),
  { nil: undefined },
)
const span = fc
  .record({ days, from: time, to: fc.oneof(time, fc.constant('24:00')) })
  .filter(({ from, to }) => from !== to)
  .map(({ days: named, from, to }): Span => ({ ...(named && { days: named }), from, to }))
const anySchedule = fc.record({
  timezone: fc.constantFrom(
    'Asia/Shanghai',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/Havana',
    'Africa/Casablanca',
    'UTC',
  ),
  spans: fc.array(span, { minLength: 1, maxLength: 4 }),
}) satisfies fc.Arbitrary<RuleSchedule>
/** Half of them about changes of clocks. */
const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
  fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'),
      fc.integer({ min: -36 * 3_600_000, max: 36 * 3_600_000 }),
    )
    .map(([date, off]) => Date.parse(date) + off),
)

describe('any schedule', () => {
  it('stays as it is up to its next edge, and is the other way there', () => {
    fc.assert(
      fc.property(anySchedule, moment, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, at, share) => {
        const { isActive, nextEdge } = open(schedule)
        const edge = nextEdge(at)
        const until = edge ?? at + 30 * 86_400_000
        const between = Math.min(until - 1, Math.floor(at + (until - at) * share))
        expect([between, until - 1].map(isActive)).toEqual([isActive(at), isActive(at)])
        if (edge !== undefined) expect(isActive(edge)).toBe(!isActive(at))
        return undefined
      }),
      { numRuns: 200 },
    )
  })

  it('is what a person finds who looks at the clock each minute', () => {
    fc.assert(
      fc.property(anySchedule, moment, (schedule, moment) => {
        const at = Math.floor(moment / 60_000) * 60_000
        expect(open(schedule).isActive(at)).toBe(foundByLooking(schedule, at))
      }),
      { numRuns: 60 },
    )
  })
})

/** Slow and plain: every minute of the days around is looked at for the first that shows a time or a later one. */
function foundByLooking({ timezone = 'Asia/Shanghai', spans }: RuleSchedule, at: number): boolean {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const shown = Array.from({ length: 5 * 1440 }, (_, i) => clock.format(at + (i - 3 * 1440) * 60_000))
  const first = (wall: string) => shown.findIndex((each) => each >= wall)
  const dates = [-2, -1, 0, 1, 2].map((off) => new Date(at + off * 86_400_000).toISOString().slice(0, 10))
  const dayAfter = (date: string) => new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10)
  return dates.some((date) => {
    const name = new Date(date).toUTCString().slice(0, 3).toLowerCase()
    const kind = calendar.isWorkday(date) ? 'workday' : 'holiday'
    return spans.some(({ days: named, from, to }) => {
      if (named && ![name, kind].some((each) => named.includes(each as 'mon'))) return false
      const ends = to === '24:00' ? `${dayAfter(date)} 00:00` : `${to < from ? dayAfter(date) : date} ${to}`
      const [begin, end] = [first(`${date} ${from}`), first(ends)]
      return begin !== -1 && begin <= 3 * 1440 && (end > 3 * 1440 || end === -1)
    })
  })
}
