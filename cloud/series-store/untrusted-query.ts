import type { Pool } from 'pg'
import { withClient } from '../database/pool.ts'
import { checkPoints, checkSpan } from './query-bounds.ts'
import type { Abortable, UntrustedQuery, UntrustedSample } from './series-store.ts'
import { type SampleRow, plainValue, qualityOf, valueOf } from './stored-value.ts'

type UntrustedRow = Omit<SampleRow, 'ts'> & { readonly at_ms: string; readonly arrived_at: Date }

/** Newest arrival first. */
export async function readUntrusted(
  pool: Pool,
  query: UntrustedQuery,
  { signal }: Abortable = {},
): Promise<UntrustedSample[]> {
  checkSpan(query.arrived)
  checkPoints(query.limit)
  return withClient(
    pool,
    async (client) => {
      const { rows } = await client.query<UntrustedRow>(
        `SELECT u.series_id, u.at_ms, u.arrived_at, u.quality, u.body::text AS body, s.type,
                ${plainValue('u.value', 's.scale')} AS value
           FROM series_untrusted AS u JOIN series AS s ON s.id = u.series_id
          WHERE u.arrived_at >= $1 AND u.arrived_at < $2
            AND ($3::int4 IS NULL OR s.gateway_id = $3) AND ($4::int4[] IS NULL OR s.id = ANY($4))
          ORDER BY u.arrived_at DESC LIMIT $5`,
        [
          new Date(query.arrived.from),
          new Date(query.arrived.to),
          query.gatewayId ?? null,
          query.seriesIds ?? null,
          query.limit,
        ],
      )
      return rows.map((row) => ({
        seriesId: row.series_id,
        at: Number(row.at_ms),
        quality: qualityOf(row.quality),
        value: valueOf(row.type, row.value, row.body),
        arrivedAt: row.arrived_at.getTime(),
      }))
    },
    signal,
  )
}
