import type { Rule } from '@ganzhi/contracts/rule'
import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import type { ClientBase } from 'pg'
import type { Logger } from 'pino'
import { noteFault } from './rule-fault.ts'
import type { Surroundings } from '../engine/compile-rule.ts'
import { type LiveRule, openRule } from './live-rule.ts'

export interface RuleInForce {
  readonly id: string
  /** None counts where the rule is switched off. */
  readonly version: number | undefined
  readonly alarms: AlarmsAtChange
  /** ms since 1970, by the database's clock. */
  readonly changedAt: number
}

export interface RulesInForce {
  readonly revision: string
  readonly rules: readonly RuleInForce[]
}

export interface RuleBook {
  /** All rules, where there is another revision than `known`. */
  inForce(tx: ClientBase, known: string): Promise<RulesInForce | undefined>
  /** Undefined where this version can't be judged by, which is told once. */
  version(tx: ClientBase, id: string, version: number): Promise<LiveRule | undefined>
}

export function openRuleBook(surroundings: Surroundings, log: Logger): RuleBook {
  // A version never changes.
  const versions = new Map<string, LiveRule | undefined>()
  return {
    async inForce(tx, known) {
      // One statement, one snapshot: the rules are those of the revision.
      const { rows } = await tx.query<{ revision: string; rules: RuleRow[] }>(
        `SELECT revision, (SELECT coalesce(json_agg(json_build_object('id', id, 'version', version, 'enabled', enabled,
           'alarms', alarms, 'changedAt', floor(extract(epoch FROM changed_at) * 1000)) ORDER BY id), '[]') FROM rule) AS rules FROM rule_revision WHERE revision <> $1`,
        [known],
      )
      const [row] = rows
      return (
        row && {
          revision: row.revision,
          rules: row.rules.map(({ version, enabled, ...rule }) => ({
            ...rule,
            version: enabled ? version : undefined,
          })),
        }
      )
    },
    async version(tx, id, version) {
      const key = `${id}.${version}`
      if (versions.has(key)) return versions.get(key)
      const { rows } = await tx.query<{ document: Rule }>(
        'SELECT document FROM rule_version WHERE (rule, version) = ($1, $2)',
        [id, version],
      )
      const [row] = rows
      if (!row) return undefined
      try {
        versions.set(key, openRule(row.document, surroundings))
      } catch (error) {
        versions.set(key, undefined)
        await noteFault(tx, { rule: id, version, kind: 'threw', error }, log)
      }
      return versions.get(key)
    },
  }
}

interface RuleRow {
  readonly id: string
  readonly version: number
  readonly enabled: boolean
  readonly alarms: AlarmsAtChange
  readonly changedAt: number
}
