import { isDeepStrictEqual } from 'node:util'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Rule } from '@ganzhi/contracts/rule'
import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import { fieldOf } from '@ganzhi/contracts/schema'
import { ruleFaults } from '@ganzhi/firmware-config/rules/rule-faults'
import type { Pool, PoolClient } from 'pg'
import { notFound } from '../../api/problem.ts'
import { inTransaction } from '../../database/pool.ts'
import { type Surroundings, compileRule } from '../engine/compile-rule.ts'
import { levelOf } from '../areas/device-parts.ts'
import { expressionFaults } from '../expression-faults.ts'

/** Refused with all that is wrong, by its fields as they stand in the request, under `name`. */
export function checkedRule(value: unknown, surroundings: Surroundings, name = 'rule'): Rule {
  const wrong = ruleFaults(value)
  const faults = (wrong.length > 0 ? wrong : expressionFaults(value as Rule)).map(
    ({ path, message, remedy }) => ({ field: fieldOf([name, ...path]), message, remedy }),
  )
  const [first] = faults
  if (first) {
    throw new GanzhiError(`${first.field} ${first.message}`, {
      code: 'bad-input',
      blame: 'caller',
      field: first.field,
      remedy: first.remedy,
      faults,
    })
  }
  const rule = value as Rule
  try {
    compileRule(rule, surroundings)
  } catch (error) {
    throw isGanzhiError(error) && error.field !== undefined
      ? inRequest(error, `${name}.${error.field}`)
      : error
  }
  return rule
}

/** Said of the rule, as it is to be told of the request that the rule stands in. */
function inRequest({ message, code, blame, remedy }: GanzhiError, field: string): GanzhiError {
  return new GanzhiError(message, { code, blame, field, ...(remedy !== undefined && { remedy }) })
}

export interface RuleChange {
  readonly alarms: AlarmsAtChange
  /** As it was, or true for a new rule, where nothing is said. */
  readonly enabled?: boolean | undefined
}

/**
 * Lets this version count. One that is there already is as it was, and may count again; a new one has a higher number than
 * all before.
 */
export async function putRule(pool: Pool, rule: Rule, author: string, change: RuleChange): Promise<void> {
  const { id, version } = rule
  if (change.alarms === 'migrate' && levelOf(rule) !== undefined) throw notOfAreas()
  await changeRules(pool, async (tx) => {
    const { rows } = await tx.query<{ version: number; document: Rule }>(
      'SELECT version, document FROM rule_version WHERE rule = $1 AND version >= $2 ORDER BY version LIMIT 1',
      [id, version],
    )
    const [there] = rows
    if (there && !(there.version === version && isDeepStrictEqual(there.document, rule)))
      throw versionTaken(id, version)
    if (!there) {
      await tx.query('INSERT INTO rule_version (rule, version, document, author) VALUES ($1, $2, $3, $4)', [
        id,
        version,
        JSON.stringify(rule),
        author,
      ])
    }
    await tx.query(
      `INSERT INTO rule (id, version, enabled, alarms) VALUES ($1, $2, coalesce($3, true), $4)
       ON CONFLICT (id) DO UPDATE SET version = $2, enabled = coalesce($3, rule.enabled), alarms = $4, changed_at = now()`,
      [id, version, change.enabled ?? null, change.alarms],
    )
  })
}

export async function switchRule(
  pool: Pool,
  id: string,
  { enabled = true, alarms }: RuleChange,
): Promise<void> {
  await changeRules(pool, async (tx) => {
    const { rowCount } = await tx.query(
      'UPDATE rule SET enabled = $2, alarms = $3, changed_at = now() WHERE id = $1',
      [id, enabled, alarms],
    )
    if (!rowCount) throw notFound(`rule ${id}`)
  })
}

/** One after the other: whoever sees the revision sees all that led to it. */
function changeRules(pool: Pool, work: (tx: PoolClient) => Promise<void>): Promise<void> {
  return inTransaction(pool, async (tx) => {
    await tx.query('UPDATE rule_revision SET revision = revision + 1')
    await work(tx)
  })
}

function notOfAreas(): GanzhiError {
  return new GanzhiError('区域的告警不能由新版本接管 alarms of areas are not taken over by another version', {
    code: 'bad-input',
    blame: 'caller',
    field: 'alarms',
    remedy: '请用 Say keep or close.',
  })
}

function versionTaken(id: string, version: number): GanzhiError {
  return new GanzhiError(`rule ${id} has a version ${version} or later that says something else`, {
    code: 'version-taken',
    blame: 'caller',
    field: 'rule.version',
    remedy: 'Give the change a higher version than all before it.',
  })
}
