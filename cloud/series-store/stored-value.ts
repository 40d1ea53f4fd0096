import { QUALITIES, type Quality, type Value, type ValueType } from '@ganzhi/contracts/reading'
import type { Sample } from './series-store.ts'

/** A row as all queries select it; `body` as text, so that no digit of a large integer is lost. */
export interface SampleRow {
  readonly series_id: number
  readonly ts: Date
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
      return value
    case 'bool':
      return value === null ? null : value !== 0
    case 'integer':
      return body === null ? value : BigInt(body)
    case 'text':
    case 'json':
      return body === null ? null : (JSON.parse(body) as Value)
  }
}

/**
 * SQL: rows of series $1 from $2 to $3, with their bodies where the type has such. A sample and its body are told by
 * time, quality and the float8 that stands for it; of several alike the first goes with the first.
 */
export function samplesWithBody(type: ValueType): string {
  const samples = `samples WHERE series_id = $1 AND ts >= $2 AND ts < $3`
  if (type === 'float' || type === 'bool') {
    return `(SELECT ts, value, quality, NULL::text AS body FROM ${samples}) AS s`
  }
  const near = type === 'integer' ? 'body::text::float8' : 'NULL::float8'
  return `(
    SELECT s.ts, s.value, s.quality, b.body::text AS body
      FROM (SELECT *, row_number() OVER (PARTITION BY ts, quality, value) AS copy FROM ${samples}) AS s
      LEFT JOIN (SELECT *, ${near} AS near, row_number() OVER (PARTITION BY ts, quality, ${near}) AS copy
                   FROM sample_body WHERE series_id = $1 AND ts >= $2 AND ts < $3) AS b
        ON b.ts = s.ts AND b.quality = s.quality AND b.copy = s.copy AND b.near IS NOT DISTINCT FROM s.value) AS s`
}
