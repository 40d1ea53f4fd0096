import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Next } from '@ganzhi/contracts/api-views'
import { GanzhiError } from '@ganzhi/contracts/error'
import { AlarmsAtChange, RuleVersionView, RuleView } from '@ganzhi/contracts/rule-view'
import type { Pool } from 'pg'
import Type from 'typebox'
import { personIn } from '../../accounts/access.ts'
import { PageQuery, pageOf, readCursor } from '../../api/cursor.ts'
import { notFound } from '../../api/problem.ts'
import { timeView } from '../../api/sample-view.ts'
import type { RuleReader } from '../reading/rule-reader.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { checkedRule, putRule, switchRule } from './put-rule.ts'

const tags = ['rules']
const Id = RuleView.properties.id
const Params = Type.Object({ id: Id })
/** What is said of alarms at a change stands for `keep` where nothing is. */
const alarms = Type.Optional(AlarmsAtChange)

/** 规则: which count, in which version, and what they were before. */
export function ruleRoutes(pool: Pool, reader: RuleReader): FastifyPluginAsyncTypebox {
  return async (app) => {
    const surroundings = await chinaSurroundings()

    async function read(id: string): Promise<RuleView> {
      const { rows } = await pool.query<RuleRow>(`${RULE} WHERE r.id = $1`, [id])
      const [row] = rows
      if (!row) throw notFound(`rule ${id}`)
      return ruleView(row, reader)
    }

    app.get(
      '/rules',
      {
        schema: {
          tags,
          querystring: Type.Object(PageQuery),
          response: { 200: Type.Object({ items: Type.Array(RuleView), next: Next }) },
        },
      },
      async ({ query: { after, limit } }) => {
        const { rows } = await pool.query<RuleRow>(`${RULE} WHERE r.id > $1 ORDER BY r.id LIMIT $2`, [
          readCursor(Id, after) ?? '',
          limit + 1,
        ])
        return pageOf(
          rows,
          limit,
          ({ id }) => id,
          (row) => ruleView(row, reader),
        )
      },
    )

    app.get(
      '/rules/:id',
      { schema: { tags, params: Params, response: { 200: RuleView } } },
      async ({ params: { id } }) => read(id),
    )

    app.put(
      '/rules/:id',
      {
        schema: {
          tags,
          description: 'Lets a version count. A version is never changed: a change has a higher number.',
          params: Params,
          body: Type.Object(
            { rule: Type.Unknown(), enabled: Type.Optional(Type.Boolean()), alarms },
            { additionalProperties: false },
          ),
          response: { 200: RuleView },
        },
      },
      async (request) => {
        const { id } = request.params
        const { enabled, alarms: fate = 'keep' } = request.body
        const rule = checkedRule(request.body.rule, surroundings)
        if (rule.id !== id) throw otherRule(rule.id, id)
        await putRule(pool, rule, personIn(request).name, { enabled, alarms: fate })
        return read(id)
      },
    )

    app.put(
      '/rules/:id/enabled',
      {
        schema: {
          tags,
          description: 'Switches a rule on or off.',
          params: Params,
          body: Type.Object(
            { enabled: Type.Boolean(), alarms: Type.Optional(Type.Enum(['keep', 'close'])) },
            { additionalProperties: false },
          ),
          response: { 200: RuleView },
        },
      },
      async ({ params: { id }, body: { enabled, alarms: fate = 'keep' } }) => {
        await switchRule(pool, id, { enabled, alarms: fate })
        return read(id)
      },
    )

    app.get(
      '/rules/:id/versions',
      {
        schema: {
          tags,
          description: 'All that it ever said, the newest first.',
          params: Params,
          querystring: Type.Object(PageQuery),
          response: { 200: Type.Object({ items: Type.Array(RuleVersionView), next: Next }) },
        },
      },
      async ({ params: { id }, query: { after, limit } }) => {
        const { rows } = await pool.query<VersionRow>(VERSIONS, [
          id,
          readCursor(Type.Integer(), after) ?? null,
          limit + 1,
        ])
        if (rows.length === 0 && after === undefined) throw notFound(`rule ${id}`)
        return pageOf(rows, limit, ({ version }) => version, versionView)
      },
    )
  }
}

const RULE = `
  SELECT r.id, r.version, r.enabled, r.changed_at, v.document,
    (SELECT count(*)::int FROM alarm a WHERE a.rule = r.id AND a.closed_at IS NULL) AS open,
    (SELECT coalesce(sum(inputs), 0)::float8 FROM rule_late l WHERE l.rule = r.id) AS late,
    (SELECT coalesce(json_agg(f), '[]') FROM (
       SELECT f.version, kind, g.name AS gateway, nullif(device, '') AS device, message, at
       FROM rule_fault f LEFT JOIN gateway g ON g.id = f.gateway_id
       WHERE (f.rule, f.version) = (r.id, r.version) ORDER BY at LIMIT 20) f) AS faults
  FROM rule r JOIN rule_version v ON (v.rule, v.version) = (r.id, r.version)`

const VERSIONS = `
  SELECT version, author, made_at, document FROM rule_version
  WHERE rule = $1 AND ($2::int IS NULL OR version < $2) ORDER BY version DESC LIMIT $3`

interface RuleRow extends Pick<RuleView, 'id' | 'version' | 'enabled' | 'faults'> {
  readonly changed_at: Date
  readonly document: RuleView['rule']
  readonly open: number
  readonly late: number
}

export interface VersionRow extends Pick<RuleVersionView, 'version' | 'author'> {
  readonly made_at: Date
  readonly document: RuleView['rule']
}

export function versionView({ made_at, document, ...row }: VersionRow): RuleVersionView {
  return { ...row, madeAt: timeView(made_at), rule: document }
}

function ruleView(
  { changed_at, document, open, late, faults, ...row }: RuleRow,
  reader: RuleReader,
): RuleView {
  return {
    ...row,
    changedAt: timeView(changed_at),
    rule: document,
    reading: reader.rule(document),
    openAlarms: open,
    lateInputs: late,
    faults: faults.map((fault) => ({ ...fault, at: timeView(new Date(fault.at)) })),
  }
}

function otherRule(given: string, id: string): GanzhiError {
  return new GanzhiError(`the rule is called ${given}, the address ${id}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'rule.id',
    remedy: 'Send it to the address of its own id.',
  })
}
