import type { Pool } from 'pg'
import { checkSpan } from './query-bounds.ts'
import type { Abortable, ExportQuery, SeriesPage } from './series-store.ts'
import { onSnapshot, pagesOf } from './snapshot-pages.ts'
import { STORED_SERIES, type StoredSeries, qualityOf, samplesWithBody, valueOf } from './stored-value.ts'

interface Named {
  readonly id: number
  readonly device: string
  readonly property: string
}

interface SampleAt {
  readonly ms: number
  readonly value: number | null
  readonly quality: number
  readonly body: string | null
}

/** One series after the other, each by time. */
export async function* readSamples(
  pool: Pool,
  query: ExportQuery,
  options: Abortable = {},
): AsyncGenerator<SeriesPage> {
  checkSpan(query)
  yield* onSnapshot(pool, options, async function* (client) {
    const span = [new Date(query.from), new Date(query.to)]
    const { rows: series } = await client.query<StoredSeries & Named>(
      `SELECT id, device, property, ${STORED_SERIES} FROM series
        WHERE id = ANY($1::int4[]) ORDER BY device, property, id`,
      [query.seriesIds, ...span],
    )
    for (const { id, device, property, ...stored } of series) {
      const pages = pagesOf<SampleAt>(
        client,
        `SELECT date_part('epoch', ts) * 1000 AS ms, value, quality, body FROM ${samplesWithBody(stored)} ORDER BY ts`,
        [id, ...span],
      )
      for await (const rows of pages) {
        const samples = rows.map(({ ms, value, quality, body }) => ({
          seriesId: id,
          at: ms,
          quality: qualityOf(quality),
          value: valueOf(stored.type, value, body),
        }))
        yield { device, property, samples }
      }
    }
  })
}
