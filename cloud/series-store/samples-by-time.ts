import type { PoolClient } from 'pg'
import type { Sample, Span } from './series-store.ts'
import { pagesOf } from './snapshot-pages.ts'
import { STORED_SERIES, type StoredSeries, qualityOf, samplesWithBody, valueOf } from './stored-value.ts'

interface SampleAt {
  /** Which of the series it is of. */
  readonly n: number
  readonly ms: number
  readonly value: number | null
  readonly quality: number
  readonly body: string | null
}

/**
 * Samples of several series by time, in pages; of the same time in the order of the series given, then by quality (`good` first) and value. For a few
 * series: each is a part of one statement.
 */
export async function* samplesByTime(
  client: PoolClient,
  seriesIds: readonly number[],
  { from, to }: Span,
): AsyncGenerator<Sample[]> {
  const span = [new Date(from), new Date(to)]
  const { rows: series } = await client.query<StoredSeries & { id: number }>(
    `SELECT id, ${STORED_SERIES} FROM series WHERE id = ANY($1::int4[]) ORDER BY array_position($1, id)`,
    [seriesIds, ...span],
  )
  if (series.length === 0) return
  const parts = series.map(
    (stored, n) => `SELECT ${n} AS n, s.* FROM ${samplesWithBody(stored, '$2', `($1::int4[])[${n + 1}]`)}`,
  )
  const ids = series.map(({ id }) => id)
  const pages = pagesOf<SampleAt>(
    client,
    `SELECT n, date_part('epoch', ts) * 1000 AS ms, value, quality, body FROM (${parts.join(' UNION ALL ')}) AS s
      ORDER BY ts, n, quality, value, body`,
    [ids, ...span],
  )
  for await (const rows of pages) {
    yield rows.map(({ n, ms, value, quality, body }) => {
      const { id, type } = series[n] as (typeof series)[number]
      return { seriesId: id, at: ms, quality: qualityOf(quality), value: valueOf(type, value, body) }
    })
  }
}
