import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { GatewayView, Next } from '@ganzhi/contracts/api-views'
import { Token } from '@ganzhi/contracts/record-key'
import { type DownLink, GatewayStatus } from '@ganzhi/contracts/status'
import type { Pool } from 'pg'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { SILENT_AFTER_MS } from '../topology/reach.ts'
import { PageQuery, pageOf, readCursor } from './cursor.ts'
import { timeView } from './sample-view.ts'

export function gatewayRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/gateways',
      {
        schema: {
          tags: ['register'],
          querystring: Type.Object({ text: Type.Optional(Type.String({ maxLength: 100 })), ...PageQuery }),
          response: { 200: Type.Object({ items: Type.Array(GatewayView), next: Next }) },
        },
      },
      async ({ query: { text = '', after, limit } }) => {
        const { rows } = await pool.query<GatewayRow>(GATEWAYS, [
          text,
          readCursor(Token, after) ?? '',
          limit + 1,
        ])
        return pageOf(rows, limit, (row) => row.name, gatewayView)
      },
    )
  }
}

const GATEWAYS = `
  SELECT g.name, g.claimed, g.first_seen, g.last_status, g.last_status_at,
         extract(epoch FROM now() - g.last_status_at)::float8 * 1000 AS silent_ms,
         (SELECT count(*)::int FROM device d WHERE d.gateway_id = g.id) AS devices,
         (SELECT coalesce(sum(greatest(0, p.head - p.contiguous)), 0)::float8
            FROM lane_progress p WHERE p.gateway_id = g.id) AS unstored
  FROM gateway g
  WHERE strpos(g.name, lower($1)) > 0 AND g.name > $2
  ORDER BY g.name LIMIT $3`

interface GatewayRow {
  readonly name: string
  readonly claimed: boolean
  readonly first_seen: Date
  readonly last_status: unknown
  readonly last_status_at: Date | null
  readonly silent_ms: number | null
  readonly devices: number
  readonly unstored: number
}

function gatewayView(row: GatewayRow): GatewayView {
  // Kept from an agent of another version, it may have another form.
  const status = Check(GatewayStatus, row.last_status) ? row.last_status : undefined
  const phase = phaseOf(row.silent_ms, status)
  return {
    name: row.name,
    claimed: row.claimed,
    firstSeen: timeView(row.first_seen),
    phase,
    statusAt: row.last_status_at && timeView(row.last_status_at),
    agent: status?.agent ?? null,
    outbox: status ? outboxView(status.outbox) : null,
    unstored: row.unstored,
    devices: row.devices,
    downLinks: phase === 'alive' ? (status?.links ?? []).map(downLinkView) : [],
  }
}

function phaseOf(silentMs: number | null, status: GatewayStatus | undefined): GatewayView['phase'] {
  if (silentMs === null) return 'never'
  if (status?.phase === 'death') return 'death'
  return silentMs > SILENT_AFTER_MS ? 'silent' : 'alive'
}

function downLinkView({ link, since, error, devices }: DownLink): GatewayView['downLinks'][number] {
  return { link, since: timeView(since), error, devices: devices.length }
}

function outboxView({ bytes, capBytes, oldestAt, writable }: GatewayStatus['outbox']): GatewayView['outbox'] {
  return { bytes, capBytes, oldestAt: oldestAt === undefined ? null : timeView(oldestAt), writable }
}
