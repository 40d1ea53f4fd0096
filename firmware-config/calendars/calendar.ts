import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CalendarFile, loadCalendar } from './calendar-file.ts'
import { datesBetween, isWeekend } from './date.ts'

/** On which days people work. */
export interface Calendar {
  /** Of a date such as `2026-10-10`. Monday to Friday in a year that the calendar does not have. */
  readonly isWorkday: (date: string) => boolean
  /** The last day that is known; who plans beyond it should be told. */
  readonly coveredUntil: string
}

/** The holidays of China 法定节假日与调休. */
export async function chinaCalendar(): Promise<Calendar> {
  const file = join(import.meta.dirname, 'cn.yaml')
  return openCalendar(loadCalendar(await readFile(file, 'utf8'), file))
}

export function openCalendar({ years }: CalendarFile): Calendar {
  const workdays = new Set(years.flatMap((year) => year.workdays))
  const holidays = new Set(
    years.flatMap((year) => year.holidays.flatMap(({ from, to }) => datesBetween(from, to))),
  )
  const [last] = years.slice(-1)
  return {
    isWorkday: (date) => workdays.has(date) || (!isWeekend(date) && !holidays.has(date)),
    coveredUntil: `${last?.year}-12-31`,
  }
}
