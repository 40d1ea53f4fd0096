import { QUALITIES, type Quality, type Value, type ValueType } from '@ganzhi/contracts/reading'
import { TOO_LARGE_TO_SCALE } from './sample-columns.ts'
import type { Sample } from './series-store.ts'

/** A row as all queries select it; `body` as text, so that no digit of a large integer is lost. */
export interface SampleRow {
  readonly series_id: number
  readonly ts: Date
  /** As `plainValue` makes it. */
  readonly value: number | null
  readonly quality: number
  readonly body: string | null
  readonly type: ValueType
}

export function sampleOf(row: SampleRow): Sample {
  return {
    seriesId: row.series_id,
    at: row.ts.getTime(),
    quality: qualityOf(row.quality),
    value: valueOf(row.type, row.value, row.body),
  }
}

export function qualityOf(code: number): Quality {
  return QUALITIES[code] ?? 'uncertain'
}

export function valueOf(type: ValueType, value: number | null, body: string | null): Value {
  switch (type) {
    case 'float':
      return body === null ? value : Number(body)
    case 'bool':
      return value === null ? null : value !== 0
    case 'integer':
      return body === null ? value : BigInt(body)
    case 'text':
    case 'json':
      return body === null ? null : (JSON.parse(body) as Value)
  }
}

/** SQL: what a float8 of a series stands for, be it a sample's or a roll-up's. */
export function plainValue(stored: string, scale: string | number): string {
  return `(${stored} / 10::float8 ^ ${scale})`
}

/** What a query has to know of a series before it reads its samples. */
export interface StoredSeries {
  readonly type: ValueType
  readonly scale: number
  /** Whether any sample of the time asked for has one. */
  readonly has_bodies: boolean
}

/** SQL: the columns of `StoredSeries`, of series from $2 to $3. */
export const STORED_SERIES = `type, scale,
  EXISTS (SELECT FROM sample_body WHERE series_id = series.id AND ts >= $2 AND ts < $3) AS has_bodies`

/**
 * SQL: rows of series $1 (or another) from $2 (or later) to $3, with their bodies. A sample and its body are told by time, quality
 * and the float8 that stands for it; of several alike the first goes with the first.
 */
export function samplesWithBody(
  { type, scale, has_bodies }: StoredSeries,
  from = '$2',
  series = '$1',
): string {
  const within = `series_id = ${series} AND ts >= ${from} AND ts < $3`
  const value = `${plainValue('value', scale)} AS value`
  if (!has_bodies)
    return `(SELECT ts, ${value}, quality, NULL::text AS body FROM samples WHERE ${within}) AS s`
  const stored = storedOf(type, scale)
  return `(
    SELECT s.ts, ${value}, s.quality, b.body::text AS body
      FROM (SELECT *, row_number() OVER (PARTITION BY ts, quality, value) AS copy FROM samples WHERE ${within}) AS s
      LEFT JOIN (SELECT *, ${stored} AS stored, row_number() OVER (PARTITION BY ts, quality, ${stored}) AS copy
                   FROM sample_body WHERE ${within}) AS b
        ON b.ts = s.ts AND b.quality = s.quality AND b.copy = s.copy AND b.stored IS NOT DISTINCT FROM s.value) AS s`
}

/** SQL: the float8 that was stored beside a body. */
function storedOf(type: ValueType, scale: number): string {
  const number = 'body::text::float8'
  if (type === 'integer') return number
  if (type !== 'float') return 'NULL::float8'
  return `${number} * CASE WHEN abs(${number}) < ${TOO_LARGE_TO_SCALE} THEN 10::float8 ^ ${scale} ELSE 'Infinity' END`
}
