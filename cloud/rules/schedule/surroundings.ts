import { chinaCalendar } from '@ganzhi/firmware-config/calendars/calendar'
import type { Surroundings } from '../engine/compile-rule.ts'
import { openSchedule } from './rule-schedule.ts'

/** What rules are compiled with: their schedules go by the holidays of China. */
export async function chinaSurroundings(): Promise<Surroundings> {
  const calendar = await chinaCalendar()
  return { openSchedule: (schedule) => openSchedule(schedule, calendar) }
}
