import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Next } from '@ganzhi/contracts/api-views'
import {
  AreaDetail,
  AreaEntry,
  AreaLevel,
  AreasPut,
  AreaView,
  type Border,
  Place,
} from '@ganzhi/contracts/area'
import { Token } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import Type from 'typebox'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { notFound } from '../api/problem.ts'
import { pathOfArea, subtreeRange } from './area-path.ts'
import { AREA_COLUMNS, type AreaRow, areaView } from './area-view.ts'
import { locate } from './locate.ts'
import { putAreas } from './put-areas.ts'
import { removeArea } from './remove-area.ts'

const tags = ['places']
const MOST_AREAS = 20_000
/** All areas of a city at once, with their borders. */
const BODY_BYTES = 64 * 1024 * 1024
const Params = Type.Object({ id: Token })
const Path = Type.String({ maxLength: 400 })
export const DryRun = Type.Boolean({ default: false, description: 'checks all, changes nothing' })

/** The tree of areas 区域. */
export function areaRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/areas',
      {
        schema: {
          tags,
          description: 'From the top down: each area stands behind the one it lies within.',
          querystring: Type.Object({
            within: Type.Optional(
              Type.Unsafe<string>({ ...Token, description: 'this one and what lies below' }),
            ),
            depth: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 10,
                description: 'so many steps down, from the top or `within`',
              }),
            ),
            level: Type.Optional(AreaLevel),
            text: Type.Optional(Type.String({ maxLength: 100, description: 'in its name, id or code' })),
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(AreaView), next: Next }) },
        },
      },
      async ({ query: { within, depth = null, level = null, text = '', after, limit } }) => {
        const path = within === undefined ? undefined : await pathOf(pool, within)
        const [from, to] = path === undefined ? ['', null] : subtreeRange(path)
        const lowest = depth === null ? null : depth + (path?.split('/').length ?? 1) - 1
        const values = [from, to, readCursor(Path, after) ?? '', lowest, level, text, limit + 1]
        const { rows } = await pool.query<AreaRow>(LIST, values)
        return pageOf(rows, limit, (row) => row.path, areaView)
      },
    )

    app.get(
      '/areas/:id',
      {
        schema: {
          tags,
          description: 'With its border, and with how much lies within it.',
          params: Params,
          response: { 200: AreaDetail },
        },
      },
      ({ params: { id } }) => detail(pool, id),
    )

    app.put(
      '/areas/:id',
      {
        bodyLimit: BODY_BYTES,
        // Looked at by putAreas, which tells of every fault.
        attachValidation: true,
        schema: {
          tags,
          description:
            'Creates it, or makes it as it is said to be. With another parent all below it moves along.',
          params: Params,
          body: Type.Omit(AreaEntry, ['id']),
          response: { 200: AreaDetail, 201: AreaDetail },
        },
      },
      async ({ params: { id }, body }, reply) => {
        const { created } = await putAreas(pool, [{ ...body, id }], { dryRun: false })
        return reply.code(created > 0 ? 201 : 200).send(await detail(pool, id))
      },
    )

    app.post(
      '/areas',
      {
        bodyLimit: BODY_BYTES,
        schema: {
          tags,
          description:
            'Puts many, each with its id, in any order: all of them, or none where anything is wrong with one.',
          querystring: Type.Object({ dryRun: DryRun }),
          body: Type.Object({ areas: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MOST_AREAS }) }),
          response: { 200: AreasPut },
        },
      },
      ({ body, query }) => putAreas(pool, body.areas, query),
    )

    app.delete(
      '/areas/:id',
      {
        schema: {
          tags,
          description: 'An empty one: neither areas nor devices may lie within it.',
          params: Params,
          response: { 204: Type.Null() },
        },
      },
      async ({ params: { id } }, reply) => {
        if (!(await removeArea(pool, id))) throw notFound(`area ${id}`)
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/locate',
      {
        schema: {
          tags,
          description: 'The lowest area in whose border a place lies.',
          querystring: Place,
          response: { 200: Type.Object({ area: Type.Union([AreaView, Type.Null()]) }) },
        },
      },
      async ({ query }) => {
        const [token] = await locate(pool, [query])
        if (token === undefined) return { area: null }
        const { rows } = await pool.query<AreaRow>(`SELECT ${AREA_COLUMNS} FROM area a WHERE a.token = $1`, [
          token,
        ])
        return { area: rows[0] ? areaView(rows[0]) : null }
      },
    )
  }
}

async function pathOf(pool: Pool, token: string): Promise<string> {
  const path = await pathOfArea(pool, token)
  if (path === undefined) throw notFound(`area ${token}`)
  return path
}

const LIST = `
  SELECT ${AREA_COLUMNS} FROM area a
  WHERE a.path >= $1 AND ($2::text IS NULL OR a.path < $2) AND a.path > $3
    AND ($4::int IS NULL OR array_length(string_to_array(a.path, '/'), 1) - 1 <= $4)
    AND ($5::text IS NULL OR a.level = $5)
    AND ($6 = '' OR strpos(lower(concat_ws(' ', a.token, a.name_zh, a.name_en, a.code)), lower($6)) > 0)
  ORDER BY a.path LIMIT $7`

async function detail(pool: Pool, token: string): Promise<AreaDetail> {
  const [from, to] = subtreeRange(await pathOf(pool, token))
  const { rows } = await pool.query<DetailRow>(DETAIL, [token, from, to])
  const [row] = rows
  if (!row) throw notFound(`area ${token}`)
  const { border, areas, devices, areas_below, devices_below } = row
  return {
    ...areaView(row),
    border,
    within: { areas, devices },
    below: { areas: areas_below, devices: devices_below },
  }
}

interface DetailRow extends AreaRow {
  readonly border: Border | null
  readonly areas: number
  readonly devices: number
  readonly areas_below: number
  readonly devices_below: number
}

const DETAIL = `
  SELECT ${AREA_COLUMNS}, a.border,
    (SELECT count(*)::int FROM area WHERE parent = $1) AS areas,
    (SELECT count(*)::int FROM device WHERE area = $1) AS devices,
    (SELECT count(*)::int FROM area WHERE path > $2 AND path < $3) AS areas_below,
    (SELECT count(*)::int FROM device d JOIN area below ON below.token = d.area
      WHERE below.path >= $2 AND below.path < $3) AS devices_below
  FROM area a WHERE a.token = $1`
