import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Next } from '@ganzhi/contracts/api-views'
import { Silence, SilenceId, SilenceView } from '@ganzhi/contracts/silence'
import type { Pool } from 'pg'
import Type from 'typebox'
import { personIn } from '../accounts/access.ts'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { notFound } from '../api/problem.ts'
import { timeView } from '../api/sample-view.ts'
import type { Surroundings } from '../rules/engine/compile-rule.ts'
import { chinaSurroundings } from '../rules/schedule/surroundings.ts'
import { type SilenceRow, openSilence } from './open-silence.ts'
import { endSilence, putSilence } from './put-silence.ts'

const tags = ['notices']
const Params = Type.Object({ id: SilenceId })

/** 静默与维护窗口: of which alarms nobody is told, until when, and who says so. */
export function silenceRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  return async (app) => {
    const surroundings = await chinaSurroundings()

    async function read(id: string): Promise<SilenceView> {
      const { rows } = await pool.query<Row>(`${SILENCE} WHERE s.id = $1`, [id])
      const [row] = rows
      if (!row) throw notFound(`silence ${id}`)
      return silenceView(row, surroundings)
    }

    app.get(
      '/silences',
      {
        schema: {
          tags,
          description: 'The newest first.',
          querystring: Type.Object({
            over: Type.Optional(Type.Boolean({ description: 'false: only those that count, or will' })),
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(SilenceView), next: Next }) },
        },
      },
      async ({ query: { over = null, after, limit } }) => {
        const { rows } = await pool.query<Row>(LIST, [over, readCursor(SilenceId, after) ?? null, limit + 1])
        return pageOf(
          rows,
          limit,
          ({ id }) => id,
          (row) => silenceView(row, surroundings),
        )
      },
    )

    app.post(
      '/silences',
      {
        schema: {
          tags,
          description: 'Nobody is told of these alarms until it ends. What is open then is told.',
          body: Silence,
          response: { 201: SilenceView },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await read(await putSilence(pool, request.body, personIn(request).name))),
    )

    app.post(
      '/silences/:id/end',
      {
        schema: {
          tags,
          description: 'Ends it before its time; one that is over stays as it is.',
          params: Params,
          response: { 200: SilenceView },
        },
      },
      async (request) => {
        await endSilence(pool, request.params.id, personIn(request).name)
        return read(request.params.id)
      },
    )
  }
}

const SILENCE = `
  SELECT s.*, now(), (SELECT count(*)::int FROM notice_episode e WHERE e.silence_id = s.id) AS alarms FROM silence s`

const LIST = `${SILENCE}
  WHERE ($1::boolean IS NULL OR (s.until_at <= now() OR s.ended_at IS NOT NULL) = $1)
    AND ($2::int8 IS NULL OR s.id < $2)
  ORDER BY s.id DESC LIMIT $3`

interface Row extends SilenceRow {
  readonly author: string
  readonly made_at: Date
  readonly ended_by: string | null
  readonly ended_at: Date | null
  readonly now: Date
  readonly alarms: number
}

function silenceView(row: Row, surroundings: Surroundings): SilenceView {
  const { id, document, from_at, until_at, author, made_at, ended_by, ended_at, alarms } = row
  return {
    ...document,
    id,
    from: timeView(from_at),
    until: timeView(until_at),
    state: stateOf(row, surroundings),
    author,
    madeAt: timeView(made_at),
    ended: ended_by === null || ended_at === null ? null : { author: ended_by, at: timeView(ended_at) },
    alarms,
  }
}

function stateOf(row: Row, surroundings: Surroundings): SilenceView['state'] {
  const { from_at, until_at, ended_at, now } = row
  if (ended_at !== null || until_at <= now) return 'over'
  if (from_at > now) return 'planned'
  return openSilence(row, surroundings).isActive(now.getTime()) ? 'active' : 'resting'
}
