import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AlarmId, AlarmStory, type AlarmTransitionView, AlarmView } from '@ganzhi/contracts/alarm-view'
import { Next } from '@ganzhi/contracts/api-views'
import { DeviceId } from '@ganzhi/contracts/device-id'
import { Token } from '@ganzhi/contracts/record-key'
import type { RuleScope } from '@ganzhi/contracts/rule'
import { Severity } from '@ganzhi/contracts/severity'
import type { Pool } from 'pg'
import Type from 'typebox'
import { PageQuery, pageOf, readCursor } from '../api/cursor.ts'
import { notFound } from '../api/problem.ts'
import { timeView } from '../api/sample-view.ts'
import { type Unknown, unknownOf, unknownView } from '../topology/unknown.ts'
import type { RuleReader } from '../rules/reading/rule-reader.ts'

const tags = ['alarms']

/** 告警: what rules have found, and why. */
export function alarmRoutes(pool: Pool, reader: RuleReader): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/alarms',
      {
        schema: {
          tags,
          description: 'What was raised last, by the time of its values, comes first.',
          querystring: Type.Object({
            state: Type.Optional(Type.Enum(['open', 'closed'])),
            severity: Type.Optional(Severity),
            rule: Type.Optional(AlarmView.properties.rule.properties.id),
            gateway: Type.Optional(Token),
            device: Type.Optional(DeviceId),
            area: Type.Optional(Token),
            ...PageQuery,
          }),
          response: { 200: Type.Object({ items: Type.Array(AlarmView), next: Next }) },
        },
      },
      async ({
        query: {
          state,
          severity = null,
          rule = null,
          gateway = null,
          device = null,
          area = null,
          after,
          limit,
        },
      }) => {
        const isOpen = state === undefined ? null : state === 'open'
        const values = [
          isOpen,
          severity,
          rule,
          gateway,
          device,
          readCursor(AlarmId, after) ?? null,
          limit + 1,
          area,
        ]
        const { rows } = await pool.query<AlarmRow>(LIST, values)
        return pageOf(rows, limit, ({ id }) => id, alarmView)
      },
    )

    app.get(
      '/alarms/:id',
      {
        schema: {
          tags,
          description:
            'One alarm with its transitions, each with the values, times and thresholds that decided.',
          params: Type.Object({ id: AlarmId }),
          response: { 200: AlarmStory },
        },
      },
      async ({ params: { id } }) => {
        const { rows } = await pool.query<AlarmRow>(`${ALARM} WHERE a.id = $1`, [id])
        const [row] = rows
        if (!row) throw notFound(`alarm ${id}`)
        const transitions = await pool.query<TransitionRow>(TRANSITIONS, [id])
        return {
          ...alarmView(row),
          transitions: transitions.rows.map((each) => transitionView(each, reader)),
        }
      },
    )
  }
}

const ALARM = `
  SELECT a.id, a.rule, a.version, v.document->'names' AS names, g.name AS gateway, nullif(a.device, '') AS device, a.area, a.dimension, a.severity,
    a.opened_at, a.changed_at, a.closed_at, a.withdrawn,
    CASE WHEN a.device <> '' THEN ${unknownOf('a.gateway_id', 'a.device')} END AS unknown
  FROM alarm a LEFT JOIN gateway g ON g.id = a.gateway_id
  LEFT JOIN rule_version v ON (v.rule, v.version) = (a.rule, a.version)`

const LIST = `${ALARM}
  WHERE ($1::boolean IS NULL OR (a.closed_at IS NULL) = $1)
    AND ($2::text IS NULL OR a.severity = $2)
    AND ($3::text IS NULL OR a.rule = $3)
    AND ($4::text IS NULL OR g.name = $4)
    AND ($5::text IS NULL OR a.device = $5)
    AND ($8::text IS NULL OR a.area = $8)
    AND ($6::int8 IS NULL OR (a.opened_at, a.id) < (SELECT opened_at, id FROM alarm WHERE id = $6))
  ORDER BY a.opened_at DESC, a.id DESC LIMIT $7`

const TRANSITIONS = `
  SELECT t.id, t.version, at, told_at, late, revised_at, from_state, to_state, value, why,
    coalesce(v.document->'for', '{}') AS scope
  FROM alarm_transition t JOIN alarm a ON a.id = t.alarm_id
  LEFT JOIN rule_version v ON (v.rule, v.version) = (a.rule, t.version)
  WHERE alarm_id = $1 ORDER BY at, told_at LIMIT 500`

interface AlarmRow {
  readonly id: string
  readonly rule: string
  readonly version: number
  readonly names: AlarmView['rule']['names']
  readonly gateway: string | null
  readonly device: string | null
  readonly area: string | null
  readonly dimension: string
  readonly severity: AlarmView['severity']
  readonly opened_at: Date
  readonly changed_at: Date
  readonly closed_at: Date | null
  readonly withdrawn: boolean
  readonly unknown: Unknown
}

function alarmView(row: AlarmRow): AlarmView {
  const { id, rule, version, names, gateway, device, area, dimension, severity, withdrawn } = row
  return {
    id,
    rule: { id: rule, version, names },
    gateway,
    device,
    area,
    dimension: dimension === '' ? null : dimension,
    severity,
    openedAt: timeView(row.opened_at),
    changedAt: timeView(row.changed_at),
    closedAt: row.closed_at && timeView(row.closed_at),
    withdrawn,
    unknown: unknownView(gateway, row.unknown),
  }
}

interface TransitionRow extends Pick<AlarmTransitionView, 'id' | 'version' | 'late' | 'value' | 'why'> {
  readonly at: Date
  readonly told_at: Date
  readonly revised_at: Date | null
  readonly from_state: AlarmTransitionView['from']
  readonly to_state: AlarmTransitionView['to']
  readonly scope: RuleScope
}

function transitionView(
  { at, told_at, revised_at, from_state: from, to_state: to, scope, ...row }: TransitionRow,
  reader: RuleReader,
): AlarmTransitionView {
  const told = { ...row, from, to }
  return {
    ...told,
    at: timeView(at),
    toldAt: timeView(told_at),
    revisedAt: revised_at && timeView(revised_at),
    reading: reader.why(told, scope),
  }
}
