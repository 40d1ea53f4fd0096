import type { Pool } from 'pg'
import { withClient } from '../database/pool.ts'
import type { Abortable, Sample } from './series-store.ts'
import { type SampleRow, plainValue, sampleOf } from './stored-value.ts'

export async function readLatest(
  pool: Pool,
  of: { seriesIds: readonly number[] } | { gatewayId: number },
  { signal }: Abortable = {},
): Promise<Sample[]> {
  const [where, which] =
    'gatewayId' in of ? ['s.gateway_id = $1', of.gatewayId] : ['s.id = ANY($1::int4[])', of.seriesIds]
  return withClient(
    pool,
    async (client) => {
      const { rows } = await client.query<SampleRow>(
        `SELECT l.series_id, l.ts, ${plainValue('l.value', 's.scale')} AS value, l.quality, l.body::text AS body, s.type
           FROM series AS s JOIN latest AS l ON l.series_id = s.id
          WHERE ${where} ORDER BY l.series_id`,
        [which],
      )
      return rows.map(sampleOf)
    },
    signal,
  )
}
