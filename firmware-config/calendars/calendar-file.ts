import { Names } from '@ganzhi/contracts/profile'
import { schemaFaults } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'
import { checkedText } from '../checked-text.ts'
import type { FieldFault } from '../field-fault.ts'
import { isDate, isWeekend } from './date.ts'

const closed = { additionalProperties: false } as const

const CalendarDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })

const Year = Type.Object(
  {
    year: Type.Integer({ minimum: 1950, maximum: 9998 }),
    /** The announcement. */
    source: Type.String({ minLength: 1 }),
    /** From the first day off to the last. */
    holidays: Type.Array(Type.Object({ names: Names, from: CalendarDate, to: CalendarDate }, closed), {
      minItems: 1,
    }),
    /** Days of a weekend on which people work 调休. */
    workdays: Type.Array(CalendarDate),
  },
  closed,
)

/** The public holidays of a country, as they were announced year by year. */
const CalendarFile = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]+$' }),
    names: Names,
    years: Type.Array(Year, { minItems: 1 }),
  },
  closed,
)
export type CalendarFile = Static<typeof CalendarFile>

/** Refused with everything that is wrong, by line and field. */
export function loadCalendar(yaml: string, name = 'calendar'): CalendarFile {
  return checkedText(yaml, name, calendarFaults) as CalendarFile
}

function calendarFaults(value: unknown): FieldFault[] {
  const faults = schemaFaults(CalendarFile, value)
  if (faults.length > 0) {
    const remedy = 'The fields are those of firmware-config/calendars/cn.yaml.'
    return faults.map(({ path, message }) => ({ path, message, remedy }))
  }
  return [...contradictions(value as CalendarFile)]
}

function* contradictions({ years }: CalendarFile): Iterable<FieldFault> {
  for (const [i, { year, holidays, workdays }] of years.entries()) {
    const before = years[i - 1]?.year
    if (before !== undefined && year !== before + 1) {
      const remedy = 'List every year once, in order: a year that is left out would be taken by the week.'
      yield { path: ['years', i, 'year'], message: `does not follow ${before}`, remedy }
    }
    for (const [j, { from, to }] of holidays.entries()) {
      const path = ['years', i, 'holidays', j]
      yield* dateFaults([...path, 'from'], from, year)
      yield* dateFaults([...path, 'to'], to, year)
      if (to < from) {
        yield { path: [...path, 'to'], message: `is before ${from}`, remedy: 'Name the last day off.' }
      }
      const last = holidays[j - 1]?.to
      if (last !== undefined && from <= last) {
        const remedy = 'List the holidays in order; two that fall together are one.'
        yield { path: [...path, 'from'], message: `is not after ${last}, the end of the one before`, remedy }
      }
    }
    for (const [j, date] of workdays.entries()) {
      const path = ['years', i, 'workdays', j]
      yield* dateFaults(path, date, year)
      if (isDate(date) && !isWeekend(date)) {
        const remedy = 'Leave it out: people work from Monday to Friday anyway.'
        yield { path, message: `is ${date}, no day of a weekend`, remedy }
      }
      if (holidays.some(({ from, to }) => from <= date && date <= to)) {
        yield { path, message: `is ${date}, a holiday`, remedy: 'A day is one or the other.' }
      }
    }
  }
}

/** A holiday at New Year may begin in the old one. */
function* dateFaults(path: FieldFault['path'], date: string, year: number): Iterable<FieldFault> {
  if (!isDate(date)) {
    yield { path, message: `is ${date}, which no calendar has`, remedy: 'Correct the day.' }
  } else if (date < `${year - 1}-12-01` || date > `${year}-12-31`) {
    yield { path, message: `is ${date}, not of ${year}`, remedy: 'Move it to its own year.' }
  }
}
