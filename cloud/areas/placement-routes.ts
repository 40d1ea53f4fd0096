import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Next } from '@ganzhi/contracts/api-views'
import { DeviceKey, DevicesPlaced, Placement, PlacementChange } from '@ganzhi/contracts/placement'
import { RuleScope } from '@ganzhi/contracts/rule'
import type { Pool } from 'pg'
import Type from 'typebox'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { notFound } from '../api/problem.ts'
import { DryRun } from './area-routes.ts'
import { placeDevices } from './place-devices.ts'
import { PLACEMENT_COLUMNS, type PlacementRow, placementOf, placementsOf } from './placements.ts'
import { scopeSql } from './scope.ts'

const tags = ['places']
const MOST_DEVICES = 10_000
const BODY_BYTES = 16 * 1024 * 1024
const Key = Type.Tuple([Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }), Type.String()])

interface PageKey {
  readonly gateway_id: number
}

/** Where devices stand, their profiles, tags and attributes. */
export function placementRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/placements',
      {
        schema: {
          tags,
          description:
            'The devices for which all that is given holds: those that a rule with this `for` looks at.',
          querystring: Type.Object({ ...RuleScope.properties, ...PageQuery }),
          response: { 200: Type.Object({ items: Type.Array(Placement), next: Next }) },
        },
      },
      async ({ query: { after, limit, ...scope } }) => {
        const { where, values } = await scopeSql(pool, scope)
        const n = values.length
        const { rows } = await pool.query<PlacementRow & PageKey>(
          `WITH d AS MATERIALIZED (
             SELECT * FROM device d WHERE ${where} AND (gateway_id, name) > ($${n + 1}, $${n + 2})
             ORDER BY gateway_id, name LIMIT $${n + 3})
           SELECT ${PLACEMENT_COLUMNS}, d.gateway_id
           FROM d JOIN gateway g ON g.id = d.gateway_id LEFT JOIN area a ON a.token = d.area
           ORDER BY d.gateway_id, d.name`,
          [...values, ...(readCursor(Key, after) ?? [0, '']), limit + 1],
        )
        return pageOf(rows, limit, (row) => [row.gateway_id, row.device], placementOf)
      },
    )

    app.get(
      '/placements/:gateway/:device',
      { schema: { tags, params: DeviceKey, response: { 200: Placement } } },
      ({ params }) => read(params),
    )

    app.patch(
      '/placements/:gateway/:device',
      {
        schema: {
          tags,
          description: 'Places a device, sets its profile, tags and attributes; what is left out stays.',
          params: DeviceKey,
          body: PlacementChange,
          response: { 200: Placement },
        },
      },
      async ({ params, body }) => {
        await placeDevices(pool, [{ ...body, ...params }], { dryRun: false })
        return read(params)
      },
    )

    app.post(
      '/placements',
      {
        bodyLimit: BODY_BYTES,
        schema: {
          tags,
          description:
            'Places many, each with its gateway and device: all of them, or none where anything is wrong with one.',
          querystring: Type.Object({ dryRun: DryRun }),
          body: Type.Object({ devices: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MOST_DEVICES }) }),
          response: { 200: DevicesPlaced },
        },
      },
      ({ body, query }) => placeDevices(pool, body.devices, query),
    )
  }

  async function read(key: DeviceKey): Promise<Placement> {
    const { rowCount } = await pool.query(
      'SELECT FROM device d JOIN gateway g ON g.id = d.gateway_id WHERE g.name = $1 AND d.name = $2',
      [key.gateway, key.device],
    )
    const [placement] = await placementsOf(pool, [key])
    if (rowCount === 0 || !placement) throw notFound(`device ${key.gateway} ${key.device}`)
    return placement
  }
}
