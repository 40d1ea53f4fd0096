import type { Period } from '@ganzhi/contracts/indicator'
import type { Pool } from 'pg'
import { later } from '../series-store/period.ts'

export interface Asked {
  readonly number: number
  readonly area: string
  /** Start of the period. */
  readonly at: Date
}

export interface Known {
  readonly at: Date
  readonly value: number | null
  readonly expected: number
  readonly present: number
}

export interface ValueAmongOthers extends Known {
  readonly to: Date
  /** Of the periods before, the oldest first, and its own. */
  readonly recent: readonly (number | null)[]
  readonly previous: Known
  readonly lastWeek: Known | null
  readonly lastYear: Known | null
}

const RECENT = 8
/** Weeks are compared with weeks, months with months; hours of a year ago are not kept. */
const LAST_WEEK: Readonly<Partial<Record<Period, string>>> = { hour: '-7 days', day: '-7 days' }
const LAST_YEAR: Readonly<Partial<Record<Period, string>>> = {
  day: '-1 year',
  week: '-364 days',
  month: '-1 year',
}

/** Each with what it is, and what it is compared with. */
export async function readValues<T extends Asked>(
  pool: Pool,
  { period, zone }: { readonly period: Period; readonly zone: string },
  asked: readonly T[],
): Promise<{ readonly asked: T; readonly found: ValueAmongOthers }[]> {
  const { rows } = await pool.query<Row>(sqlOf(period, zone), [
    asked.map(({ number }) => number),
    asked.map(({ area }) => area),
    asked.map(({ at }) => at),
  ])
  const ofEach = Map.groupBy(rows, ({ n }) => n)
  return asked.map((each, n) => {
    const spans = new Map(ofEach.get(n)?.map(({ span, ...known }) => [span, known]))
    const found = {
      ...knownOf(spans, '-0'),
      to: knownOf(spans, 'to').at,
      recent: Array.from({ length: RECENT }, (_, i) => knownOf(spans, `-${RECENT - 1 - i}`).value),
      previous: knownOf(spans, '-1'),
      lastWeek: LAST_WEEK[period] === undefined ? null : knownOf(spans, 'week'),
      lastYear: LAST_YEAR[period] === undefined ? null : knownOf(spans, 'year'),
    }
    return { asked: each, found }
  })
}

interface Row extends Known {
  readonly n: number
  readonly span: string
}

function knownOf(spans: ReadonlyMap<string, Known>, span: string): Known {
  const known = spans.get(span)
  if (!known) throw new Error(`no row of ${span}`)
  return known
}

function sqlOf(period: Period, zone: string): string {
  const spans: readonly (readonly [name: string, span: string | undefined])[] = [
    ...Array.from({ length: RECENT }, (_, back) => [`-${back}`, `-${back} ${period}`] as const),
    ['to', `1 ${period}`],
    ['week', LAST_WEEK[period]],
    ['year', LAST_YEAR[period]],
  ]
  const times = spans.flatMap(([name, span]) =>
    span === undefined ? [] : [`('${name}', ${later(period, 'a.at', span, zone)})`],
  )
  return `
    SELECT a.n::int - 1 AS n, t.span, t.at, v.value, coalesce(v.expected, 0) AS expected, coalesce(v.present, 0) AS present
      FROM unnest($1::int[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS a (number, area, at, n)
     CROSS JOIN LATERAL (VALUES ${times.join()}) AS t (span, at)
      LEFT JOIN indicator_value v ON v.indicator = a.number AND v.at = t.at AND v.area = a.area`
}
