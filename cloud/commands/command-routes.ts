import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CommandView, Next } from '@ganzhi/contracts/api-views'
import { COMMAND_STATES, CommandId } from '@ganzhi/contracts/command'
import { DeviceId } from '@ganzhi/contracts/device-id'
import { Token } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import Type from 'typebox'
import { personIn } from '../accounts/access.ts'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { notFound } from '../api/problem.ts'
import { untilClosed } from '../api/until-closed.ts'
import { askCommand, cancelCommand, Wish } from './ask-command.ts'
import { COMMAND_COLUMNS, type CommandRow, commandView } from './command-view.ts'
import { watchCommands } from './command-watch.ts'

export interface CommandRoutesOptions {
  readonly pool: Pool
  readonly now: () => number
  /** Something is to be delivered. */
  readonly wake: () => void
}

const tags = ['commands']
const RowKey = Type.String({ pattern: '^[0-9]{1,19}$' })
const Params = Type.Object({ id: CommandId })

/** 反向控制: to ask, to watch, to cancel. */
export function commandRoutes({ pool, now, wake }: CommandRoutesOptions): FastifyPluginAsyncTypebox {
  const watch = watchCommands(pool)

  async function read(id: string): Promise<CommandView> {
    const { rows } = await pool.query<CommandRow>(`SELECT ${COMMAND_COLUMNS} WHERE c.id = $1`, [id])
    const [row] = rows
    if (!row) throw notFound(`command ${id}`)
    return commandView(row)
  }

  return async (app) => {
    app.post(
      '/commands',
      {
        schema: {
          tags,
          description: 'Sets a property of a device. It stands in the journal before this is answered.',
          body: Wish,
          response: { 200: CommandView, 201: CommandView },
        },
      },
      async (request, reply) => {
        const { id, isNew } = await askCommand(pool, request.body, personIn(request).name, now())
        wake()
        return reply.code(isNew ? 201 : 200).send(await read(id))
      },
    )

    app.get(
      '/commands',
      {
        schema: {
          tags,
          description: 'Newest first.',
          querystring: Type.Object({
            gateway: Type.Optional(Token),
            device: Type.Optional(DeviceId),
            state: Type.Optional(Type.Array(Type.Enum(COMMAND_STATES), { maxItems: COMMAND_STATES.length })),
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(CommandView), next: Next }) },
        },
      },
      async ({ query: { gateway = null, device = null, state = null, after, limit } }) => {
        const values = [gateway, device, state, readCursor(RowKey, after) ?? null, limit + 1]
        const { rows } = await pool.query<CommandRow>(LIST, values)
        return pageOf(rows, limit, (row) => row.seq, commandView)
      },
    )

    app.get(
      '/commands/:id',
      {
        schema: {
          tags,
          description: 'With `steps`, as soon as there are more than these, at the latest after `waitMs`.',
          params: Params,
          querystring: Type.Object({
            steps: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
            waitMs: Type.Integer({ minimum: 0, maximum: 30_000, default: 25_000 }),
          }),
          response: { 200: CommandView },
        },
      },
      async ({ params: { id }, query: { steps, waitMs } }, reply) => {
        const known = await read(id)
        if (steps === undefined || known.ended || known.steps.length > steps) return known
        await watch.change(id, steps, waitMs, untilClosed(reply).signal)
        return read(id)
      },
    )

    app.delete(
      '/commands/:id',
      {
        schema: {
          tags,
          description: 'At once while it never arrived; else the gateway decides, until the write has begun.',
          params: Params,
          response: { 202: CommandView },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        if (!(await cancelCommand(pool, id, personIn(request).name, now()))) throw notFound(`command ${id}`)
        wake()
        return reply.code(202).send(await read(id))
      },
    )
  }
}

const LIST = `
  SELECT ${COMMAND_COLUMNS}
  WHERE ($1::text IS NULL OR g.name = $1) AND ($2::text IS NULL OR c.device = $2)
    AND ($3::text[] IS NULL OR p.state = ANY ($3)) AND ($4::int8 IS NULL OR c.seq < $4)
  ORDER BY c.seq DESC LIMIT $5`
