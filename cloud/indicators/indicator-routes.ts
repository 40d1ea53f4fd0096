import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Next, Time } from '@ganzhi/contracts/api-views'
import { AreaLevel } from '@ganzhi/contracts/area'
import { type Indicator, IndicatorId, Period } from '@ganzhi/contracts/indicator'
import {
  IndicatorPointView,
  IndicatorsPut,
  IndicatorValueView,
  IndicatorView,
} from '@ganzhi/contracts/indicator-view'
import { Token } from '@ganzhi/contracts/record-key'
import { escapeLiteral, type Pool } from 'pg'
import Type from 'typebox'
import { personIn } from '../accounts/access.ts'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { notFound } from '../api/problem.ts'
import { timeView } from '../api/sample-view.ts'
import { pathOfArea, subtreeRange } from '../areas/area-path.ts'
import { DryRun } from '../areas/area-routes.ts'
import { later, periodOf } from '../series-store/period.ts'
import { putIndicators, removeIndicator } from './put-indicators.ts'
import { type Asked, type Known, readValues } from './read-values.ts'
import { type AreaNames, pointView, valueView } from './value-view.ts'

const tags = ['indicators']
const MOST = 5_000
const MOST_POINTS = 1_000
const BODY_BYTES = 8 * 1024 * 1024
const Params = Type.Object({ id: IndicatorId })
const Path = Type.String({ maxLength: 400 })
const Group = Type.Optional(Type.String({ maxLength: 60 }))
const At = Type.Optional(
  Type.Unsafe<string>({
    ...Time,
    description: 'any time of the period; the newest one that is computed otherwise',
  }),
)

/** 城市体征指标: what they are, and their values of every area. */
export function indicatorRoutes(pool: Pool, timeZone: string): FastifyPluginAsyncTypebox {
  const zone = escapeLiteral(timeZone)

  async function indicator(id: string): Promise<IndicatorRow> {
    const { rows } = await pool.query<IndicatorRow>(`${INDICATOR} WHERE i.id = $1`, [id])
    const [row] = rows
    if (!row) throw notFound(`indicator ${id}`)
    return row
  }

  /** SQL: start of the period that is asked for, of an indicator `i`; $1 is a time in it, or null. */
  const periodAsked = (period: Period) =>
    `coalesce(${periodOf(period, '$1::timestamptz', zone)}, ${later(period, 'i.computed_until', `-1 ${period}`, zone)})`

  return async (app) => {
    app.get(
      '/indicators',
      {
        schema: {
          tags,
          querystring: Type.Object({ period: Type.Optional(Period), group: Group, ...PageQuery }),
          response: { 200: Type.Object({ items: Type.Array(IndicatorView), next: Next }) },
        },
      },
      async ({ query: { period = null, group = null, after, limit } }) => {
        const { rows } = await pool.query<IndicatorRow>(
          `${INDICATOR} WHERE i.id > $1 AND ($2::text IS NULL OR i.period = $2) AND ($3::text IS NULL OR i.document->>'group' = $3)
           ORDER BY i.id LIMIT $4`,
          [readCursor(IndicatorId, after) ?? '', period, group, limit + 1],
        )
        return pageOf(rows, limit, ({ id }) => id, indicatorView)
      },
    )

    app.get(
      '/indicators/:id',
      { schema: { tags, params: Params, response: { 200: IndicatorView } } },
      async ({ params: { id } }) => indicatorView(await indicator(id)),
    )

    app.post(
      '/indicators',
      {
        bodyLimit: BODY_BYTES,
        schema: {
          tags,
          description:
            'Puts many, each with its id: all of them, or none where anything is wrong with one. Where it measures another thing than before its values are computed anew.',
          querystring: Type.Object({ dryRun: DryRun }),
          body: Type.Object({ indicators: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MOST }) }),
          response: { 200: IndicatorsPut },
        },
      },
      (request) =>
        putIndicators(pool, request.body.indicators, {
          author: personIn(request).name,
          dryRun: request.query.dryRun,
        }),
    )

    app.delete(
      '/indicators/:id',
      {
        schema: {
          tags,
          description: 'With its values; none may follow from it.',
          params: Params,
          response: { 200: IndicatorView },
        },
      },
      async ({ params: { id } }) => {
        const removed = await indicator(id)
        await removeIndicator(pool, id)
        return indicatorView(removed)
      },
    )

    app.get(
      '/indicators/:id/values',
      {
        schema: {
          tags,
          description: `One area over time, the oldest first; of more than ${MOST_POINTS} periods the last ones.`,
          params: Params,
          querystring: Type.Object({ area: Token, from: Time, to: Time }),
          response: { 200: Type.Object({ items: Type.Array(IndicatorPointView) }) },
        },
      },
      async ({ params: { id }, query: { area, from, to } }) => {
        const { number, document } = await indicator(id)
        const { rows } = await pool.query<Known>(
          `SELECT * FROM (SELECT at, value, expected, present FROM indicator_value
             WHERE indicator = $1 AND at >= $2 AND at < $3 AND area = $4 ORDER BY at DESC LIMIT ${MOST_POINTS}) AS v ORDER BY at`,
          [number, from, to, area],
        )
        return { items: rows.map((row) => pointView(document, row)) }
      },
    )

    app.get(
      '/indicators/:id/areas',
      {
        schema: {
          tags,
          description: 'One indicator of all areas that have devices for it, from the top down.',
          params: Params,
          querystring: Type.Object({
            within: Type.Optional(Token),
            level: Type.Optional(AreaLevel),
            at: At,
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(IndicatorValueView), next: Next }) },
        },
      },
      async ({ params: { id }, query: { within, level = null, at = null, after, limit } }) => {
        const { number, document } = await indicator(id)
        const { period } = document
        const [from, to] = within === undefined ? ['', null] : subtreeRange(await pathOf(pool, within))
        const { rows } = await pool.query<AskedArea>(
          `SELECT v.indicator AS number, v.area, v.at, a.path, a.name_zh, a.name_en
             FROM indicator i JOIN indicator_value v ON v.indicator = i.number AND v.at = ${periodAsked(period)}
             JOIN area a ON a.token = v.area
            WHERE i.number = $2 AND a.path >= $3 AND ($4::text IS NULL OR a.path < $4) AND a.path > $5
              AND ($6::text IS NULL OR a.level = $6)
            ORDER BY a.path LIMIT $7`,
          [at, number, from, to, readCursor(Path, after) ?? '', level, limit + 1],
        )
        const values = await readValues(pool, { period, zone }, rows)
        return pageOf(
          values,
          limit,
          ({ asked }) => asked.path,
          ({ asked, found }) => valueView(document, asked, found),
        )
      },
    )

    app.get(
      '/areas/:area/indicators',
      {
        schema: {
          tags,
          description: 'All indicators of one area and period that it has devices for.',
          params: Type.Object({ area: Token }),
          querystring: Type.Object({ period: Period, group: Group, at: At, ...PageQuery }),
          response: { 200: Type.Object({ items: Type.Array(IndicatorValueView), next: Next }) },
        },
      },
      async ({ params: { area: token }, query: { period, group = null, at = null, after, limit } }) => {
        const area = await namesOf(pool, token)
        const { rows } = await pool.query<AskedIndicator>(
          `SELECT i.number, v.area, v.at, i.id, i.document
             FROM indicator i JOIN indicator_value v ON v.indicator = i.number AND v.at = ${periodAsked(period)} AND v.area = $2
            WHERE i.period = $3 AND ($4::text IS NULL OR i.document->>'group' = $4) AND i.id > $5
            ORDER BY i.id LIMIT $6`,
          [at, token, period, group, readCursor(IndicatorId, after) ?? '', limit + 1],
        )
        const values = await readValues(pool, { period, zone }, rows)
        return pageOf(
          values,
          limit,
          ({ asked }) => asked.id,
          ({ asked, found }) => valueView(asked.document, area, found),
        )
      },
    )
  }
}

const INDICATOR = `
  SELECT i.number, i.id, i.document, i.author, i.changed_at, i.computed_from, i.computed_until FROM indicator i`

interface IndicatorRow {
  readonly number: number
  readonly id: string
  readonly document: Indicator
  readonly author: string
  readonly changed_at: Date
  readonly computed_from: Date | null
  readonly computed_until: Date | null
}

type AskedIndicator = Asked & Pick<IndicatorRow, 'id' | 'document'>
type AskedArea = Asked & AreaNames & { readonly path: string }

function indicatorView(row: IndicatorRow): IndicatorView {
  const { id, document, author, changed_at, computed_from, computed_until } = row
  return {
    id,
    document,
    author,
    changedAt: timeView(changed_at),
    from: computed_from && timeView(computed_from),
    until: computed_until && timeView(computed_until),
  }
}

async function namesOf(pool: Pool, token: string): Promise<AreaNames> {
  const { rows } = await pool.query<AreaNames>(
    'SELECT token AS area, name_zh, name_en FROM area WHERE token = $1',
    [token],
  )
  const [row] = rows
  if (!row) throw notFound(`area ${token}`)
  return row
}

async function pathOf(pool: Pool, token: string): Promise<string> {
  const path = await pathOfArea(pool, token)
  if (path === undefined) throw notFound(`area ${token}`)
  return path
}
