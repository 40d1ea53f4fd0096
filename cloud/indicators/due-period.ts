import { type Indicator, type Period, PERIODS } from '@ganzhi/contracts/indicator'
import type { ClientBase } from 'pg'
import { later, periodOf, ROLLUP_OF_PERIOD } from '../series-store/period.ts'
import { ROLLUP_LEVELS } from '../series-store/rollup-level.ts'
import { KEPT_DAYS } from './kept.ts'
import type { Numbered, PeriodSpan } from './measure.ts'

export interface KeptIndicator extends Numbered<Indicator> {
  readonly from: Date | null
  readonly until: Date | null
}

export interface Due extends PeriodSpan {
  readonly indicators: readonly KeptIndicator[]
  /** Whether nobody else awaits the marks of this period. */
  readonly settles: boolean
}

const DAY_MS = 86_400_000
/** What is on its way when a period ends comes in this; later values change what was computed. */
const SETTLING_MS = 60_000
/** Roll-ups that are behind are not waited for any longer. */
const WAITING_MS = 600_000
/** Gateways keep what they could not send for three days; what is older than they are came in another way. */
const BACKLOG_MS = 8 * DAY_MS

/** What is to be computed next: what is over, then what has changed since, then what has been. The newest first. */
export async function duePeriod(
  client: ClientBase,
  indicators: readonly KeptIndicator[],
  { zone, now }: { readonly zone: string; readonly now: number },
): Promise<Due | undefined> {
  const kinds = PERIODS.flatMap((period) => {
    const of = indicators.filter(({ document }) => document.period === period)
    return of.length > 0 ? [{ period, of }] : []
  })
  const calendars: Calendar[] = []
  for (const kind of kinds) calendars.push({ ...kind, ...(await calendarOf(client, kind.period, zone, now)) })
  for (const find of [overPeriod, changedPeriod, pastPeriod]) {
    for (const calendar of calendars) {
      const due = await find(client, calendar, { zone, now })
      if (due) return due
    }
  }
  return undefined
}

interface Calendar {
  readonly period: Period
  readonly of: readonly KeptIndicator[]
  /** Of the last one that is over, and of the one that goes on. */
  readonly last: Date
  readonly current: Date
  /** The first that is kept. */
  readonly oldest: Date
  /** The first of which there can be values. */
  readonly begin: Date
}

type Find = (
  client: ClientBase,
  calendar: Calendar,
  at: { readonly zone: string; readonly now: number },
) => Promise<Due | undefined>

/** All of them, at the first period that one of them lacks. */
const overPeriod: Find = async (client, { period, of, last, current, oldest, begin }, { zone, now }) => {
  const from = latest(firstMissing(of, last), oldest, begin)
  if (from >= current) return undefined
  const to = await startAfter(client, period, from, 1, zone)
  if (now < to.getTime() + SETTLING_MS) return undefined
  if (now < to.getTime() + WAITING_MS && (await areRollupsBehind(client, period, to))) return undefined
  return { period, from, to, indicators: of, settles: true }
}

const changedPeriod: Find = async (client, { period, of, last, oldest }, { zone }) => {
  // What is new begins with what is over last, and then goes back.
  if (of.some(({ until }) => until === null)) return undefined
  const { rows } = await client.query<{ at: Date | null }>(
    'SELECT max(at) AS at FROM period_mark WHERE period = $1 AND at >= $2 AND at < $3',
    [period, oldest, firstMissing(of, last)],
  )
  const from = rows[0]?.at
  if (!from) return undefined
  return {
    period,
    from,
    to: await startAfter(client, period, from, 1, zone),
    indicators: of,
    settles: true,
  }
}

/** One period further back, for those that reach back the least. */
const pastPeriod: Find = async (client, { period, of, oldest, begin }, { zone }) => {
  const froms = of.flatMap(({ from }) => (from && from > latest(oldest, begin) ? [from] : []))
  if (froms.length === 0) return undefined
  const to = latest(...froms)
  const indicators = of.filter((each) => each.from?.getTime() === to.getTime())
  const from = await startAfter(client, period, to, -1, zone)
  return { period, from, to, indicators, settles: false }
}

async function calendarOf(
  client: ClientBase,
  period: Period,
  zone: string,
  now: number,
): Promise<Omit<Calendar, 'period' | 'of'>> {
  const current = periodOf(period, '$1::timestamptz', zone)
  const { rows } = await client.query<Omit<Calendar, 'period' | 'of'>>(
    `SELECT ${current} AS current, ${later(period, current, `-1 ${period}`, zone)} AS last,
            ${periodOf(period, '$2::timestamptz', zone)} AS oldest,
            ${periodOf(period, `(SELECT coalesce(min(first_seen), $1) - interval '${BACKLOG_MS} ms' FROM gateway)`, zone)} AS begin`,
    [new Date(now), new Date(now - KEPT_DAYS[period] * DAY_MS)],
  )
  const [row] = rows
  if (!row) throw new Error('no row')
  return row
}

async function startAfter(
  client: ClientBase,
  period: Period,
  start: Date,
  periods: 1 | -1,
  zone: string,
): Promise<Date> {
  const { rows } = await client.query<{ start: Date }>(
    `SELECT ${later(period, '$1::timestamptz', `${periods} ${period}`, zone)} AS start`,
    [start],
  )
  return rows[0]?.start ?? start
}

/** Whether anything is still to be rolled up of a time before this. */
async function areRollupsBehind(client: ClientBase, period: Period, to: Date): Promise<boolean> {
  const levels = levelsBelow(ROLLUP_LEVELS[ROLLUP_OF_PERIOD[period]].table)
  const { rows } = await client.query<{ behind: boolean }>(
    `SELECT EXISTS (SELECT FROM unnest($1::int2[]) AS level
                     CROSS JOIN LATERAL (SELECT FROM dirty_mark WHERE rollup = level AND bucket < $2 LIMIT 1) AS m) AS behind`,
    [levels, to],
  )
  return rows[0]?.behind === true
}

/** The level of this table, and those that it is made of. */
function levelsBelow(table: string): number[] {
  const level = Object.values(ROLLUP_LEVELS).find((each) => each.table === table)
  return level ? [level.index, ...levelsBelow(level.source)] : []
}

/** What is new begins with the last one that is over. */
function firstMissing(of: readonly KeptIndicator[], last: Date): Date {
  return of.map(({ until }) => until ?? last).reduce((a, b) => (a < b ? a : b))
}

function latest(...times: readonly Date[]): Date {
  return times.reduce((a, b) => (a > b ? a : b))
}
