import type { ClientBase } from 'pg'
import type { AlarmChange } from '../../alarms/write-transitions.ts'
import type { RuleBook } from '../live/rule-book.ts'
import { AreaRule } from './area-rule.ts'
import { type AreasHeld, versionKey } from './areas-held.ts'

export interface Followed {
  readonly revision: string
  readonly changes: readonly AlarmChange[]
}

/** Takes up what was changed of the rules: alarms of a version that counts no more are judged on by it, or end. */
export async function followAreaRules(
  tx: ClientBase,
  held: AreasHeld,
  book: RuleBook,
  known: string,
): Promise<Followed> {
  const { rules, standing } = held
  const inForce = await book.inForce(tx, known)
  const changes: AlarmChange[] = []
  for (const { id, version, alarms } of inForce?.rules ?? []) {
    const counting = version === undefined ? undefined : await book.version(tx, id, version)
    for (const each of [...rules.values()].filter(({ rule }) => rule.id === id)) {
      each.isKept = each.rule.version !== counting?.version
      if (each.isKept && alarms === 'close') changes.push(...closings(each, standing.clock))
      if (each.isKept) await forgetClear(tx, held, each, alarms === 'close')
    }
    const key = counting && versionKey({ rule: id, version: counting.version })
    if (key !== undefined && counting?.parts && !rules.has(key)) rules.set(key, new AreaRule(counting))
  }
  return { revision: inForce?.revision ?? known, changes }
}

/**
 * Of a version that only judges on where it has left alarms open, forgets all areas that are clear. When there are no others the
 * version is over, and whoever judges its parts at devices is told so by another revision. Answers with those that it has forgotten.
 */
export async function forgetClear(
  tx: ClientBase,
  { rules }: AreasHeld,
  { rule: { id: rule, version }, areas }: AreaRule,
  evenOpen = false,
): Promise<readonly string[]> {
  const clear = [...areas].filter(([, watch]) => evenOpen || watch.told === 'clear').map(([area]) => area)
  for (const area of clear) areas.delete(area)
  await tx.query('DELETE FROM rule_area_state WHERE (rule, version) = ($1, $2) AND area = ANY ($3::text[])', [
    rule,
    version,
    clear,
  ])
  if (areas.size > 0) return clear
  rules.delete(versionKey({ rule, version }))
  for (const table of ['rule_meeting', 'rule_area_event', 'rule_area_late', 'rule_checkpoint_area'])
    await tx.query(`DELETE FROM ${table} WHERE (rule, version) = ($1, $2)`, [rule, version])
  await tx.query('UPDATE rule_revision SET revision = revision + 1')
  return clear
}

function closings({ rule: { id, version }, areas }: AreaRule, at: number): AlarmChange[] {
  return [...areas].flatMap(([area, { told }]) =>
    told === 'clear'
      ? []
      : [
          {
            rule: { id, version },
            target: { area },
            at,
            from: told,
            to: 'clear',
            value: null,
            why: { because: 'rule-changed' },
          },
        ],
  )
}
