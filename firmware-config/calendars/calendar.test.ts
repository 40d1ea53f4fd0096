import { describe, expect, it } from 'vitest'
import { loadCalendar } from './calendar-file.ts'
import { chinaCalendar, openCalendar } from './calendar.ts'

const head = 'id: xx\nnames: { zh: 例, en: Example }\nyears:\n'
const year = (text: string) => `${head}  - { year: 2026, source: Ours, ${text} }`
const holiday = (from: string, to: string) => `{ names: { zh: 节, en: Feast }, from: ${from}, to: ${to} }`

describe('the calendar of China', async () => {
  const china = await chinaCalendar()
  const datesOf = (from: string, many: number) =>
    Array.from({ length: many }, (_, i) =>
      new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10),
    )
  const workdaysIn = (which: number) =>
    datesOf(`${which}-01-01`, which % 4 === 0 ? 366 : 365).filter((date) => china.isWorkday(date)).length

  it('knows the days off and the weekends on which people work', () => {
    const aroundNationalDay = datesOf('2026-09-30', 12).filter((date) => china.isWorkday(date))
    expect(aroundNationalDay).toEqual(['2026-09-30', '2026-10-08', '2026-10-09', '2026-10-10'])
    // A Friday that is a holiday, and the Sunday before on which it was worked.
    expect(['2026-09-25', '2026-09-20'].map((date) => china.isWorkday(date))).toEqual([false, true])
  })

  it('has as many workdays as the law leaves', () => {
    // Weekdays of the year less the statutory holidays 法定节假日: 11 in 2024, 13 since 2025; those on weekends are made up for.
    expect([2024, 2025, 2026].map(workdaysIn)).toEqual([251, 248, 248])
  })

  it('tells up to which day it is covered', () => {
    expect(china.coveredUntil).toBe('2026-12-31')
  })

  it('goes by the week beyond it', () => {
    const week = datesOf('2031-09-29', 7).map((date) => china.isWorkday(date))
    expect(week).toEqual([true, true, true, true, true, false, false])
  })
})

describe('a calendar file', () => {
  it('may have a holiday that begins in the old year', () => {
    const file = loadCalendar(year(`holidays: [${holiday('2025-12-31', '2026-01-02')}], workdays: []`))
    expect(openCalendar(file).isWorkday('2025-12-31')).toBe(false)
  })

  it.each([
    [`holidays: [], workdays: []`, 'years[0].holidays', 'fewer than 1'],
    [
      `holidays: [${holiday('2026-02-30', '2026-03-01')}], workdays: []`,
      'years[0].holidays[0].from',
      'no calendar',
    ],
    [`holidays: [${holiday('2026-05-05', '2026-05-01')}], workdays: []`, 'years[0].holidays[0].to', 'before'],
    [`holidays: [${holiday('2025-05-01', '2026-05-01')}], workdays: []`, 'years[0].holidays[0].from', '2026'],
    [
      `holidays: [${holiday('2026-05-01', '2026-05-05')}, ${holiday('2026-05-05', '2026-05-06')}], workdays: []`,
      'years[0].holidays[1].from',
      'not after 2026-05-05',
    ],
    [
      `holidays: [${holiday('2026-05-01', '2026-05-05')}], workdays: [2026-05-06]`,
      'years[0].workdays[0]',
      'no day of a weekend',
    ],
    [
      `holidays: [${holiday('2026-05-01', '2026-05-05')}], workdays: [2026-05-02]`,
      'years[0].workdays[0]',
      'a holiday',
    ],
  ])('is refused with the field: %s', (text, field, message) => {
    const refused = expect.objectContaining({
      field,
      message: expect.stringContaining(message) as string,
    }) as Error
    expect(() => loadCalendar(year(text))).toThrow(refused)
  })

  it('may not leave out a year', () => {
    const holidays = `holidays: [${holiday('2026-05-01', '2026-05-05')}], workdays: []`
    const text = `${year(holidays)}\n  - { year: 2028, source: Ours, ${holidays.replaceAll('2026', '2028')} }`
    expect(() => loadCalendar(text)).toThrow(/years\[1\].year does not follow 2026/)
  })
})
