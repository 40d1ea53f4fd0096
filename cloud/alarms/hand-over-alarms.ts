import type { ClientBase } from 'pg'
import { type AlarmChange, targetName } from './write-transitions.ts'

/** An open alarm that another version of its rule judges from now on. */
export type AlarmHandover = Pick<AlarmChange, 'rule' | 'target' | 'dimension'>

export async function handOverAlarms(tx: ClientBase, handovers: readonly AlarmHandover[]): Promise<void> {
  if (handovers.length === 0) return
  await tx.query(
    `UPDATE alarm a SET version = k.version FROM unnest($1::text[], $2::int4[], $3::text[], $4::text[]) AS k (rule, version, target, dimension)
     WHERE (a.rule, a.target, a.dimension) = (k.rule, k.target, k.dimension) AND a.closed_at IS NULL`,
    [
      handovers.map(({ rule }) => rule.id),
      handovers.map(({ rule }) => rule.version),
      handovers.map(({ target }) => targetName(target)),
      handovers.map(({ dimension = '' }) => dimension),
    ],
  )
}
