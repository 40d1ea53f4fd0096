import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Next } from '@ganzhi/contracts/api-views'
import { DeviceId } from '@ganzhi/contracts/device-id'
import { CloudEvent } from '@ganzhi/contracts/cloud-event'
import { IncidentStory, IncidentView } from '@ganzhi/contracts/incident-view'
import { Token } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import Type from 'typebox'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { notFound } from '../api/problem.ts'
import { type EventRow, eventView, type IncidentRow, incidentView, storedOf } from './incident-view.ts'

const tags = ['incidents']
const MOST_EVENTS = 200
/** Gateway and first event of the last incident of a page. */
const IncidentKey = Type.Tuple([Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }), CloudEvent.properties.id])
const TypePrefix = Type.String({
  pattern: '^[a-z0-9]+(\\.[a-z0-9-]+)*$',
  maxLength: 200,
  description: 'for example cn.ganzhi.vision, or cn.ganzhi.vision.crowd-gathering',
})

/** 事件: what began, goes on or has ended, put together from the events that tell of it. */
export function incidentRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/incidents',
      {
        schema: {
          tags,
          description: 'What began last comes first.',
          querystring: Type.Object({
            gateway: Type.Optional(Token),
            device: Type.Optional(DeviceId),
            type: Type.Optional(TypePrefix),
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(IncidentView), next: Next }) },
        },
      },
      async ({ query: { gateway = null, device = null, type = null, after, limit } }) => {
        const [afterGateway = null, afterEvent = null] = readCursor(IncidentKey, after) ?? []
        const { rows } = await pool.query<IncidentRow>(INCIDENTS, [
          gateway,
          device,
          type,
          afterGateway,
          afterEvent,
          limit + 1,
        ])
        const stored = await storedOf(
          pool,
          rows.flatMap(({ first, newest }) => [first, newest]),
        )
        return pageOf(
          rows,
          limit,
          (row) => [row.gateway_id, row.first.id],
          (row) => incidentView(row, stored),
        )
      },
    )

    app.get(
      '/incidents/:gateway/:incident',
      {
        schema: {
          tags,
          description: 'One incident with its events, each with what decided and the pictures that show it.',
          params: Type.Object({ gateway: Token, incident: CloudEvent.properties.incident }),
          response: { 200: IncidentStory },
        },
      },
      async ({ params: { gateway, incident } }) => {
        const { rows } = await pool.query<IncidentRow>(INCIDENT, [gateway, incident])
        const [row] = rows
        if (!row) throw notFound(`incident ${incident} of ${gateway}`)
        const events = await pool.query<EventRow>(EVENTS, [row.gateway_id, incident, MOST_EVENTS])
        const stored = await storedOf(pool, [row.first, row.newest, ...events.rows.map(({ body }) => body)])
        return {
          ...incidentView(row, stored),
          events: events.rows.map((event) => eventView(event, stored)),
        }
      },
    )
  }
}

/** By phase before time: a clock that was set back must not make an end come before its beginning. */
const FIRST = `
  SELECT first.gateway_id, g.name AS gateway, first.body AS first, newest.body AS newest
  FROM event first
  JOIN gateway g ON g.id = first.gateway_id
  CROSS JOIN LATERAL (
    SELECT e.body FROM event e
    WHERE e.gateway_id = first.gateway_id AND e.incident = first.incident
    ORDER BY e.type LIKE '%.ended' DESC, e.time DESC, e.id DESC LIMIT 1
  ) newest
  WHERE NOT EXISTS (
    SELECT FROM event e
    WHERE e.gateway_id = first.gateway_id AND e.incident = first.incident
      AND (e.type NOT LIKE '%.started', e.time, e.id) < (first.type NOT LIKE '%.started', first.time, first.id)
  )`

const INCIDENTS = `${FIRST}
    AND ($1::text IS NULL OR g.name = $1)
    AND ($2::text IS NULL OR first.subject = $2)
    AND ($3::text IS NULL OR starts_with(first.type, $3 || '.'))
    AND ($4::int IS NULL OR (first.time, first.gateway_id, first.id) < (
      SELECT last.time, last.gateway_id, last.id FROM event last WHERE last.gateway_id = $4 AND last.id = $5))
  ORDER BY first.time DESC, first.gateway_id DESC, first.id DESC LIMIT $6`

const INCIDENT = `${FIRST} AND g.name = $1 AND first.incident = $2`

const EVENTS = `
  SELECT body, arrived_at FROM event WHERE gateway_id = $1 AND incident = $2
  ORDER BY type LIKE '%.ended' DESC, time DESC, id DESC LIMIT $3`
