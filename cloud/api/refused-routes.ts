import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ConflictView, Next, QuarantineView, Time, UntrustedView } from '@ganzhi/contracts/api-views'
import { Token } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import Type from 'typebox'
import { epochFromInt8, laneFrom } from '../ledger/codes.ts'
import type { SeriesStore } from '../series-store/series-store.ts'
import { PageQuery, pageOf, readCursor } from './cursor.ts'
import { timeView, valueView } from './sample-view.ts'
import { spanOf } from './series-routes.ts'
import { untilClosed } from './until-closed.ts'

const RowKey = Type.String({ pattern: '^[0-9]{1,19}$' })
const tags = ['refused']

/** What came and was not taken for good data: kept, counted and shown all the same. */
export function refusedRoutes(pool: Pool, store: Pick<SeriesStore, 'untrusted'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/quarantine',
      {
        schema: {
          tags,
          description: 'Messages that could not be read, newest first.',
          querystring: Type.Object({ gateway: Type.Optional(Token), ...PageQuery }),
          response: { 200: Type.Object({ items: Type.Array(QuarantineView), next: Next }) },
        },
      },
      async ({ query: { gateway = null, after, limit } }) => {
        const key = readCursor(RowKey, after) ?? null
        const { rows } = await pool.query<QuarantineRow>(QUARANTINE, [gateway, key, limit + 1])
        return pageOf(
          rows,
          limit,
          (row) => row.id,
          (row) => ({ ...row, at: timeView(row.at) }),
        )
      },
    )

    app.get(
      '/identity-conflicts',
      {
        schema: {
          tags,
          description:
            'Two that claim to be one: a key with two bodies, or a run that spoke after a later one.',
          querystring: Type.Object(PageQuery),
          response: { 200: Type.Object({ items: Type.Array(ConflictView), next: Next }) },
        },
      },
      async ({ query: { after, limit } }) => {
        const { rows } = await pool.query<ConflictRow>(CONFLICTS, [
          readCursor(RowKey, after) ?? null,
          limit + 1,
        ])
        return pageOf(rows, limit, (row) => row.id, conflictView)
      },
    )

    app.get(
      '/untrusted',
      {
        schema: {
          tags,
          description: 'Samples whose time can not be true, by arrival, newest first.',
          querystring: Type.Object({
            gateway: Type.Optional(Token),
            from: Time,
            to: Time,
            limit: Type.Integer({ minimum: 2, maximum: 500, default: 100 }),
          }),
          response: { 200: Type.Object({ items: Type.Array(UntrustedView) }) },
        },
      },
      async ({ query: { gateway, limit, ...span } }, reply) => {
        const of = gateway === undefined ? {} : { gatewayId: await idOf(pool, gateway) }
        const asked = { ...of, limit, arrived: spanOf(span) }
        const samples = await store.untrusted(asked, untilClosed(reply))
        return {
          items: samples.map(({ seriesId, at, arrivedAt, value, quality }) => ({
            series: seriesId,
            at,
            arrivedAt: timeView(arrivedAt),
            value: valueView(value),
            quality,
          })),
        }
      },
    )
  }
}

/** What is not known has no samples. */
async function idOf(pool: Pool, gateway: string): Promise<number> {
  const { rows } = await pool.query<{ id: number }>('SELECT id FROM gateway WHERE name = $1', [gateway])
  return rows[0]?.id ?? 0
}

const QUARANTINE = `
  SELECT id, gateway, subject, headers, reason, at, octet_length(body)::int AS bytes
  FROM quarantine
  WHERE ($1::text IS NULL OR gateway = $1) AND ($2::int8 IS NULL OR id < $2)
  ORDER BY id DESC LIMIT $3`

interface QuarantineRow {
  readonly id: string
  readonly gateway: string | null
  readonly subject: string
  readonly headers: unknown
  readonly reason: string
  readonly at: Date
  readonly bytes: number
}

const CONFLICTS = `
  SELECT c.id, g.name AS gateway, c.kind, c.epoch, c.lane, c.seq, c.at, c.resolved_at
  FROM identity_conflict c JOIN gateway g ON g.id = c.gateway_id
  WHERE ($1::int8 IS NULL OR c.id < $1)
  ORDER BY c.id DESC LIMIT $2`

interface ConflictRow {
  readonly id: string
  readonly gateway: string
  readonly kind: ConflictView['kind']
  readonly epoch: string
  readonly lane: number
  readonly seq: string
  readonly at: Date
  readonly resolved_at: Date | null
}

function conflictView(row: ConflictRow): ConflictView {
  return {
    gateway: row.gateway,
    kind: row.kind,
    epoch: epochFromInt8(row.epoch),
    lane: row.lane < 0 ? null : laneFrom(row.lane),
    seq: row.kind === 'hash' ? Number(row.seq) : null,
    at: timeView(row.at),
    resolvedAt: row.resolved_at && timeView(row.resolved_at),
  }
}
