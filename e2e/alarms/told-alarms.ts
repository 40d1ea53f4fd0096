import { check } from '@ganzhi/contracts/schema'
import { Transition } from '@ganzhi/contracts/transition'
import type pg from 'pg'

import { toldOf } from '../rules/backtest.ts'
import type { Told } from '../rules/told.ts'

/** By rule all that stands of what was told, up to `until`: what was revised counts as never said. */
export async function toldAlarms(database: pg.ClientBase, until: number): Promise<Map<string, Told[]>> {
  const { rows } = await database.query<Row>(
    `SELECT t.id, a.rule, t.version, concat_ws('/', g.name, nullif(a.device, ''), a.area) AS target, t.at, t.from_state, t.to_state, t.value, t.why
     FROM alarm_transition t JOIN alarm a ON a.id = t.alarm_id LEFT JOIN gateway g ON g.id = a.gateway_id
     WHERE t.revised_at IS NULL AND t.at <= $1 ORDER BY t.at, t.told_at`,
    [new Date(until)],
  )
  const told = new Map<string, Told[]>()
  for (const { rule, version, at, from_state, to_state, ...rest } of rows) {
    const transition = {
      ...rest,
      rule: { id: rule, version },
      at: at.toISOString(),
      from: from_state,
      to: to_state,
    }
    const of = told.get(rule) ?? []
    told.set(rule, of)
    of.push(toldOf(check(Transition, transition, 'transition')))
  }
  return told
}

export interface Revisions {
  /** Transitions told when their time was over, */
  readonly late: number
  /** and such as were taken back. */
  readonly revised: number
}

export async function countRevisions(database: pg.ClientBase): Promise<Revisions> {
  const { rows } = await database.query<Revisions>(
    `SELECT count(*) FILTER (WHERE late)::int AS late, count(*) FILTER (WHERE revised_at IS NOT NULL)::int AS revised
     FROM alarm_transition`,
  )
  return rows[0] ?? { late: 0, revised: 0 }
}

interface Row {
  readonly id: string
  readonly rule: string
  readonly version: number
  readonly target: string
  readonly at: Date
  readonly from_state: string
  readonly to_state: string
  readonly value: unknown
  readonly why: unknown
}
