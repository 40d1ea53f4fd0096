import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DeviceView, LatestView, Next, PointView } from '@ganzhi/contracts/api-views'
import { DeviceId } from '@ganzhi/contracts/device-id'
import { Token } from '@ganzhi/contracts/record-key'
import type { ValueType } from '@ganzhi/contracts/reading'
import type { Pool } from 'pg'
import Type from 'typebox'
import type { SeriesStore } from '../series-store/series-store.ts'
import { type Unknown, unknownOf, unknownView } from '../topology/unknown.ts'
import { PageQuery, pageOf, readCursor } from './cursor.ts'
import { latestView, timeView } from './sample-view.ts'
import { SeriesIds } from './series-ids.ts'

const DeviceKey = Type.Tuple([Token, Type.String()])
const PointKey = Type.Tuple([Type.String(), Type.String()])

export function deviceRoutes(pool: Pool, store: Pick<SeriesStore, 'latest'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/devices',
      {
        schema: {
          tags: ['register'],
          querystring: Type.Object({
            gateway: Type.Optional(Token),
            text: Type.Optional(Type.String({ maxLength: 100 })),
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(DeviceView), next: Next }) },
        },
      },
      async ({ query: { gateway = null, text = '', after, limit } }) => {
        const [afterGateway, afterDevice] = readCursor(DeviceKey, after) ?? ['', '']
        const values = [gateway, text, afterGateway, afterDevice, limit + 1]
        const { rows } = await pool.query<DeviceRow>(DEVICES, values)
        return pageOf(rows, limit, (row) => [row.gateway, row.device], deviceView)
      },
    )

    app.get(
      '/points',
      {
        schema: {
          tags: ['register'],
          querystring: Type.Object({ gateway: Token, device: DeviceId, ...PageQuery }),
          response: { 200: Type.Object({ items: Type.Array(PointView), next: Next }) },
        },
      },
      async ({ query: { gateway, device, after, limit } }) => {
        const [property, type] = readCursor(PointKey, after) ?? ['', '']
        const { rows } = await pool.query<PointRow>(POINTS, [gateway, device, property, type, limit + 1])
        const samples = await store.latest({ seriesIds: rows.map((row) => row.series) })
        const latest = new Map(samples.map((sample) => [sample.seriesId, latestView(sample)]))
        return pageOf(
          rows,
          limit,
          (row) => [row.property, row.type],
          ({ first_seen, ...point }) => ({
            ...point,
            firstSeen: timeView(first_seen),
            latest: latest.get(point.series) ?? null,
          }),
        )
      },
    )

    app.get(
      '/latest',
      {
        schema: {
          tags: ['series'],
          querystring: Type.Object({ series: SeriesIds }),
          response: { 200: Type.Object({ items: Type.Array(LatestView) }) },
        },
      },
      async ({ query }) => ({ items: (await store.latest({ seriesIds: query.series })).map(latestView) }),
    )
  }
}

const DEVICES = `
  WITH page AS (
    SELECT g.id AS gateway_id, g.name AS gateway, d.name AS device
    FROM device d JOIN gateway g ON g.id = d.gateway_id
    WHERE ($1::text IS NULL OR g.name = $1)
      AND ($2 = '' OR strpos(lower(d.name), lower($2)) > 0)
      AND g.name >= $3 AND (g.name, d.name) > ($3, $4)
    ORDER BY g.name, d.name LIMIT $5
  )
  SELECT page.gateway, page.device, count(s.id)::int AS points, max(l.ts) AS latest_at,
         count(*) FILTER (WHERE l.quality <> 0)::int AS not_good,
         ${unknownOf('page.gateway_id', 'page.device')} AS unknown
  FROM page
  LEFT JOIN series s ON s.gateway_id = page.gateway_id AND s.device = page.device
  LEFT JOIN latest l ON l.series_id = s.id
  GROUP BY page.gateway_id, page.gateway, page.device ORDER BY page.gateway, page.device`

interface DeviceRow {
  readonly gateway: string
  readonly device: string
  readonly points: number
  readonly not_good: number
  readonly latest_at: Date | null
  readonly unknown: Unknown
}

function deviceView({ gateway, device, points, not_good, latest_at, unknown }: DeviceRow): DeviceView {
  return {
    gateway,
    device,
    points,
    notGood: not_good,
    latestAt: latest_at && timeView(latest_at),
    unknown: unknownView(gateway, unknown),
  }
}

const POINTS = `
  SELECT s.id AS series, g.name AS gateway, s.device, s.property, s.type, s.unit, s.decimals,
         s.first_seen
  FROM series s JOIN gateway g ON g.id = s.gateway_id
  WHERE g.name = $1 AND s.device = $2 AND (s.property, s.type) > ($3, $4)
  ORDER BY s.property, s.type LIMIT $5`

interface PointRow {
  readonly series: number
  readonly gateway: string
  readonly device: string
  readonly property: string
  readonly type: ValueType
  readonly unit: string | null
  readonly decimals: number | null
  readonly first_seen: Date
}
