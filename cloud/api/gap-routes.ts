import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { GapView, Next } from '@ganzhi/contracts/api-views'
import { Token } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import Type from 'typebox'
import { epochFromInt8, laneFrom } from '../ledger/codes.ts'
import { PageQuery, pageOf, readCursor } from './cursor.ts'
import { timeView } from './sample-view.ts'

const GapKey = Type.String({ pattern: '^[0-9]{1,19}$' })

export function gapRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/gaps',
      {
        schema: {
          tags: ['completeness'],
          description: 'Records that will never come, each with the reason; newest first.',
          querystring: Type.Object({ gateway: Type.Optional(Token), ...PageQuery }),
          response: { 200: Type.Object({ items: Type.Array(GapView), next: Next }) },
        },
      },
      async ({ query: { gateway = null, after, limit } }) => {
        const { rows } = await pool.query<GapRow>(GAPS, [
          gateway,
          readCursor(GapKey, after) ?? null,
          limit + 1,
        ])
        return pageOf(rows, limit, (row) => row.id, gapView)
      },
    )
  }
}

const GAPS = `
  SELECT gap.id, g.name AS gateway, gap.lane, gap.epoch, gap.first_seq, gap.last_seq, gap.reason, gap.at, gap.source
  FROM gap JOIN gateway g ON g.id = gap.gateway_id
  WHERE ($1::text IS NULL OR g.name = $1) AND ($2::int8 IS NULL OR gap.id < $2)
  ORDER BY gap.id DESC LIMIT $3`

interface GapRow {
  readonly id: string
  readonly gateway: string
  readonly lane: number
  readonly epoch: string
  readonly first_seq: string
  readonly last_seq: string
  readonly reason: string
  readonly at: Date
  readonly source: 'edge' | 'cloud'
}

function gapView(row: GapRow): GapView {
  const [first, last] = [Number(row.first_seq), Number(row.last_seq)]
  return {
    gateway: row.gateway,
    lane: laneFrom(row.lane),
    epoch: epochFromInt8(row.epoch),
    first,
    last,
    count: last - first + 1,
    reason: row.reason,
    at: timeView(row.at),
    source: row.source,
  }
}
