import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AlarmId } from '@ganzhi/contracts/alarm-view'
import { Next } from '@ganzhi/contracts/api-views'
import { AlarmTold, Notice } from '@ganzhi/contracts/notice'
import { NoticePolicy, NoticePolicyView } from '@ganzhi/contracts/notice-policy'
import { Rule } from '@ganzhi/contracts/rule'
import { Token } from '@ganzhi/contracts/record-key'
import { Severity } from '@ganzhi/contracts/severity'
import type { Pool } from 'pg'
import Type from 'typebox'
import { personIn } from '../accounts/access.ts'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { acknowledge, toldOf } from './acknowledge.ts'
import { policyInForce } from './notice-settings.ts'
import { putPolicy } from './put-policy.ts'

const tags = ['notices']
const Params = Type.Object({ id: AlarmId })
const { id: NoticeId, kind: NoticeKind } = Notice.properties

/** 通知: what people were told of alarms, by which policy, and who takes care of them. */
export function noticeRoutes(pool: Pool): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/notices',
      {
        schema: {
          tags,
          description: 'The newest first, those that were withheld among them.',
          querystring: Type.Object({
            kind: Type.Optional(NoticeKind),
            severity: Type.Optional(Severity),
            rule: Type.Optional(Rule.anyOf[0].properties.id),
            gateway: Type.Optional(Token),
            alarm: Type.Optional(AlarmId),
            withheld: Type.Optional(Type.Boolean()),
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(Notice), next: Next }) },
        },
      },
      async ({ query }) => {
        const {
          kind = null,
          severity = null,
          rule = null,
          gateway = null,
          alarm = null,
          withheld = null,
        } = query
        const { after, limit } = query
        const { rows } = await pool.query<{ id: string; document: Omit<Notice, 'id'> }>(LIST, [
          kind,
          severity,
          rule,
          gateway,
          alarm,
          withheld,
          readCursor(NoticeId, after) ?? null,
          limit + 1,
        ])
        return pageOf(
          rows,
          limit,
          ({ id }) => id,
          ({ id, document }) => ({ id, ...document }),
        )
      },
    )

    app.get(
      '/alarms/:id/told',
      { schema: { tags, params: Params, response: { 200: AlarmTold } } },
      ({ params: { id } }) => toldOf(pool, id),
    )

    app.put(
      '/alarms/:id/acknowledgement',
      {
        schema: {
          tags,
          description:
            '确认: somebody takes care of it, so nobody is reminded and no others are told, until it is graver or has ended.',
          params: Params,
          body: Type.Object(
            { note: Type.Optional(Type.String({ pattern: '^[^\\u0000]{1,1000}$' })) },
            { additionalProperties: false },
          ),
          response: { 200: AlarmTold },
        },
      },
      async (request) => {
        const { id } = request.params
        await acknowledge(pool, id, personIn(request).name, request.body.note ?? null)
        return toldOf(pool, id)
      },
    )

    app.get('/notice-policy', { schema: { tags, response: { 200: NoticePolicyView } } }, () =>
      policyInForce(pool),
    )

    app.put(
      '/notice-policy',
      {
        schema: {
          tags,
          description:
            '通知策略: when people are told, how often, of which together, and who else after a while.',
          body: NoticePolicy,
          response: { 200: NoticePolicyView },
        },
      },
      async (request) => {
        await putPolicy(pool, request.body, personIn(request).name)
        return policyInForce(pool)
      },
    )
  }
}

const LIST = `
  SELECT id, document FROM notice n
  WHERE ($1::text IS NULL OR kind = $1)
    AND ($2::text IS NULL OR severity = $2)
    AND ($3::text IS NULL OR rule = $3)
    AND ($4::text IS NULL OR gateway = $4)
    AND ($5::int8 IS NULL OR id IN (SELECT notice_id FROM notice_alarm WHERE alarm_id = $5))
    AND ($6::boolean IS NULL OR withheld = $6)
    AND ($7::int8 IS NULL OR id < $7)
  ORDER BY id DESC LIMIT $8`
