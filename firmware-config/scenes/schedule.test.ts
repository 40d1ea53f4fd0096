import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWatched, type Schedule, scheduleFaults } from './schedule.ts'

/** 2026-11-21 is a Saturday; times are the platform's, +08:00. */
const at = (time: string, zone = '+08:00') => Date.parse(`${time}:00${zone}`)
const daily = (from: string, to: string): Schedule => ({ spans: [{ from, to }] })

describe('a schedule', () => {
  it('holds from its beginning up to its end, by the platform’s clocks', () => {
    const office = daily('08:30', '17:00')
    expect(isWatched(office, at('2026-11-21T08:29'))).toBe(false)
    expect(isWatched(office, at('2026-11-21T08:30'))).toBe(true)
    expect(isWatched(office, at('2026-11-21T16:59'))).toBe(true)
    expect(isWatched(office, at('2026-11-21T17:00'))).toBe(false)
  })

  it('goes on after midnight where it ends before it begins', () => {
    const night = daily('22:00', '06:00')
    const times = ['22:00', '23:59', '00:00', '05:59', '06:00', '12:00', '21:59']
    const watched = times.filter((time) => isWatched(night, at(`2026-11-21T${time}`)))
    expect(watched).toEqual(['22:00', '23:59', '00:00', '05:59'])
  })

  it('gives a night to the day on which it begins', () => {
    const fridayNight: Schedule = { spans: [{ days: ['fri'], from: '22:00', to: '06:00' }] }
    expect(isWatched(fridayNight, at('2026-11-20T23:00'))).toBe(true)
    expect(isWatched(fridayNight, at('2026-11-21T05:00'))).toBe(true)
    expect(isWatched(fridayNight, at('2026-11-20T05:00'))).toBe(false)
    expect(isWatched(fridayNight, at('2026-11-21T23:00'))).toBe(false)
  })

  it('knows the week’s end from its beginning: Sunday night is also early Monday', () => {
    const sundayNight: Schedule = { spans: [{ days: ['sun'], from: '22:00', to: '06:00' }] }
    expect(isWatched(sundayNight, at('2026-11-23T03:00'))).toBe(true)
  })

  it('lasts a whole day up to 24:00', () => {
    fc.assert(
      fc.property(fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-01-01T00:00') }), (instant) => {
        expect(isWatched(daily('00:00', '24:00'), instant)).toBe(true)
      }),
    )
  })

  it('is over exactly when its other half of the day begins', () => {
    const time = fc
      .integer({ min: 0, max: 1439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`)
    const zone = fc.constantFrom(
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'UTC',
    )
    const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) })
    fc.assert(
      fc.property(time, time, zone, instant, (from, to, timezone, when) => {
        fc.pre(from !== to)
        const one = isWatched({ timezone, spans: [{ from, to }] }, when)
        const other = isWatched({ timezone, spans: [{ from: to, to: from }] }, when)
        expect(one).toBe(!other)
      }),
      { numRuns: 500 },
    )
  })

  it('goes by the clocks of its own time zone on the days on which they are changed', () => {
    const night: Schedule = { timezone: 'Europe/Berlin', spans: [{ from: '01:00', to: '04:00' }] }
    // 2026-03-29: 02:00 becomes 03:00. Three hours by the clock are two.
    expect(isWatched(night, at('2026-03-29T00:59', '+01:00'))).toBe(false)
    expect(isWatched(night, at('2026-03-29T01:59', '+01:00'))).toBe(true)
    expect(isWatched(night, at('2026-03-29T03:59', '+02:00'))).toBe(true)
    expect(isWatched(night, at('2026-03-29T04:00', '+02:00'))).toBe(false)
    // 2026-10-25: 03:00 becomes 02:00. They are four.
    expect(isWatched(night, at('2026-10-25T02:30', '+02:00'))).toBe(true)
    expect(isWatched(night, at('2026-10-25T02:30', '+01:00'))).toBe(true)
    expect(isWatched(night, at('2026-10-25T04:00', '+01:00'))).toBe(false)
  })

  it.each([
    [{ timezone: 'Asia/Peking', spans: [{ from: '08:00', to: '09:00' }] }, 'timezone', 'Asia/Shanghai'],
    [daily('08:00', '08:00'), 'spans.0.to', '24:00'],
    [daily('24:00', '08:00'), 'spans.0.from', '00:00'],
  ] as const)('says what is wrong with %j', (schedule, field, remedy) => {
    const [fault] = scheduleFaults(schedule, [])
    expect(fault?.path.join('.')).toBe(field)
    expect(fault?.remedy).toContain(remedy)
  })
})
