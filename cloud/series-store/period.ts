import { type Period, PERIODS } from '@ganzhi/contracts/indicator'
import type { ClientBase } from 'pg'
import type { RollupLevel } from './rollup-level.ts'
import type { Rollup } from './series-store.ts'

/** What figures of a period are made of. */
export const ROLLUP_OF_PERIOD: Readonly<Record<Period, Rollup>> = {
  hour: '15m',
  day: '1h',
  week: '1d',
  month: '1d',
}

/** SQL: start of the period that a time lies in. */
export function periodOf(period: Period, time: string, zone: string): string {
  return `date_trunc('${period}', ${time}, ${zone})`
}

/** SQL: the start that many spans later, by the calendar: `-1 year` of the 29th of February is the 28th. */
export function later(period: Period, start: string, span: string, zone: string): string {
  // An hour that comes twice in autumn has no name of its own in the calendar.
  if (period === 'hour') return `(${start} + interval '${span}')`
  return `((${start} AT TIME ZONE ${zone}) + interval '${span}') AT TIME ZONE ${zone}`
}

/** Says that roll-ups of these buckets (timestamptz[]) have changed, in the transaction that knows it. */
export async function markPeriods(
  tx: ClientBase,
  level: RollupLevel,
  buckets: Buffer | readonly Date[],
  zone: string,
): Promise<void> {
  for (const period of PERIODS) {
    if (ROLLUP_OF_PERIOD[period] !== level.rollup) continue
    await tx.query(
      `INSERT INTO period_mark (period, at)
       SELECT DISTINCT '${period}', ${periodOf(period, 'bucket', zone)} FROM unnest($1::timestamptz[]) AS bucket`,
      [buckets],
    )
  }
}
