import type { DeviceFigure, MeasuredIndicator, Period } from '@ganzhi/contracts/indicator'
import type { ClientBase } from 'pg'
import { ROLLUP_OF_PERIOD } from '../series-store/period.ts'
import { ROLLUP_LEVELS } from '../series-store/rollup-level.ts'
import { figureSql, isCommon } from './device-figures.ts'
import { storeFresh } from './store-values.ts'

export interface Numbered<T> {
  readonly number: number
  readonly document: T
}

export interface PeriodSpan {
  readonly period: Period
  readonly from: Date
  readonly to: Date
}

/** Of its period a device needs so many %, and of its devices an area. */
const NEEDS = 75
const HOUR_MS = 3_600_000
/** One statement at a time in the whole platform may have it: a day of ten thousand devices is sorted without a file. */
const SORT_MEMORY = '64MB'

/** Indicators of one property, of every area, from roll-ups alone. */
export async function measure(
  tx: ClientBase,
  { period, from, to }: PeriodSpan,
  property: string,
  indicators: readonly Numbered<MeasuredIndicator>[],
): Promise<void> {
  const { table, widthMs } = ROLLUP_LEVELS[ROLLUP_OF_PERIOD[period]]
  // A day may have 23 hours or 25: this goes back to the bucket before, and to no other.
  const before = new Date(from.getTime() - widthMs - (widthMs > HOUR_MS ? HOUR_MS : 0))
  const buckets = Math.round((to.getTime() - from.getTime()) / widthMs)
  const figures = indicators.map(({ document }) => document.device)
  const values: unknown[] = [property, from, to, buckets, before, ...columnsOf(indicators)]
  const others = othersOf(figures).map((figure) => figureSql(figure, (value) => `$${values.push(value)}`))
  await tx.query(`SET LOCAL work_mem = '${SORT_MEMORY}'`)
  await tx.query(measureSql(table, others, figures.includes('rise')) + storeFresh('$6', '$2'), values)
}

function columnsOf(indicators: readonly Numbered<MeasuredIndicator>[]): unknown[] {
  const others = othersOf(indicators.map(({ document }) => document.device))
  const rows = indicators.map(({ number, document: { of, device, area, needs = NEEDS } }) => {
    const limits = typeof area === 'string' ? {} : 'share' in area ? area.share : area.count
    return {
      number,
      tag: of.tag ?? null,
      figure: placeOf(device, others),
      // A device of which all is bad was heard.
      heard: device === 'good',
      // Silence is what it tells.
      needs: device === 'presence' ? 0 : needs,
      made: typeof area === 'string' ? area : Object.keys(area)[0],
      above: limits.above ?? null,
      below: limits.below ?? null,
    }
  })
  return [
    rows.map((row) => row.number),
    rows.map((row) => row.tag),
    rows.map((row) => row.figure),
    rows.map((row) => row.heard),
    rows.map((row) => row.needs),
    rows.map((row) => row.made),
    rows.map((row) => row.above),
    rows.map((row) => row.below),
  ]
}

type Other = Parameters<typeof figureSql>[0]

/** Each once. */
function othersOf(figures: readonly DeviceFigure[]): Other[] {
  const others = new Map<string, Other>()
  for (const figure of figures) if (!isCommon(figure)) others.set(JSON.stringify(figure), figure)
  return [...others.values()]
}

/** In the array of a device's figures, from 1. */
function placeOf(figure: DeviceFigure, others: readonly Other[]): number {
  if (figure === 'presence') return 1
  if (figure === 'rise') return 2
  const text = JSON.stringify(figure)
  return 3 + others.findIndex((other) => JSON.stringify(other) === text)
}

/**
 * $1 property, $2 from, $3 to, $4 buckets of the period, $5 the bucket before, $6 to $13 the indicators by column. Each
 * bucket is read once, then each device taken once, then areas, and last what lies above them.
 */
function measureSql(table: string, others: readonly string[], rises: boolean): string {
  return `
  WITH indicator AS (
    SELECT * FROM unnest($6::int[], $7::text[], $8::int[], $9::boolean[], $10::float8[], $11::text[], $12::float8[], $13::float8[])
      AS i (number, tag, figure, by_heard, needs, made, above, below)
  ), member AS MATERIALIZED (
    SELECT s.id AS series_id, d.id AS device, 10::float8 ^ s.scale AS factor, s.first_seen
      FROM series s JOIN device d ON d.gateway_id = s.gateway_id AND d.name = s.device
     WHERE s.property = $1 AND s.type IN ('float', 'integer', 'bool') AND d.area IS NOT NULL
  ), taken AS (
    SELECT device, count(*) AS heard, count(mean) AS buckets, ARRAY[${others.join()}]::float8[] AS others
      FROM (SELECT device, bucket, n, n_bad, sum / n / factor AS mean, min / factor AS min, max / factor AS max, last / factor AS last
              FROM member JOIN ${table} USING (series_id) WHERE bucket >= $2 AND bucket < $3) AS b
     GROUP BY device
  ), risen AS (
    ${rises ? risenSql(table) : 'SELECT NULL::int AS device, NULL::float8 AS rise WHERE $5::timestamptz IS NULL'}
  ), figure AS (
    SELECT d.area, d.tags, coalesce(heard, 0) AS heard, coalesce(buckets, 0) AS buckets,
           ARRAY[least(100, 100::float8 * coalesce(buckets, 0) / $4::int), rise] || others AS figures
      FROM (SELECT device, min(first_seen) AS first_seen FROM member GROUP BY device) AS m
      JOIN device d ON d.id = m.device
      LEFT JOIN taken USING (device) LEFT JOIN risen USING (device)
     WHERE m.first_seen < $3 OR heard > 0
  ), measured AS (
    SELECT number, area, above, below,
           CASE WHEN 100 * CASE WHEN by_heard THEN heard ELSE buckets END >= needs * $4::int THEN figures[figure] END AS value
      FROM indicator JOIN figure ON tag IS NULL OR tag = ANY (tags)
  ), leaf AS (
    SELECT number, area, count(*) AS expected, count(value) AS present, sum(value) AS sum, min(value) AS min, max(value) AS max,
           count(*) FILTER (WHERE value > above OR value < below) AS beyond
      FROM measured GROUP BY number, area
  ), node AS (
    SELECT number, node AS area, sum(expected) AS expected, sum(present) AS present, sum(sum) AS sum, min(min) AS min,
           max(max) AS max, sum(beyond) AS beyond
      FROM leaf JOIN area ON area.token = leaf.area
     CROSS JOIN LATERAL unnest(string_to_array(rtrim(path, '/'), '/')) AS node
     GROUP BY number, node
  ), fresh AS (
    SELECT number, area, expected, present,
           CASE WHEN present > 0 AND 100 * present >= needs * expected THEN
             CASE made WHEN 'mean' THEN sum / present WHEN 'sum' THEN sum WHEN 'min' THEN min WHEN 'max' THEN max
                       WHEN 'share' THEN 100::float8 * beyond / present WHEN 'count' THEN beyond END
           END AS value
      FROM node JOIN indicator USING (number)
  )`
}

/**
 * By how much a counter rose, from the last value of the bucket before where there is one. What falls has begun anew from
 * nothing: a meter was changed.
 */
function risenSql(table: string): string {
  return `
    SELECT device, sum(CASE WHEN last >= before THEN last - before ELSE last END) AS rise
      FROM (SELECT device, bucket, last / factor AS last,
                   coalesce(lag(last) OVER (PARTITION BY series_id ORDER BY bucket), first) / factor AS before
              FROM member JOIN ${table} USING (series_id) WHERE bucket >= $5 AND bucket < $3 AND n > 0) AS b
     WHERE bucket >= $2 GROUP BY device`
}
