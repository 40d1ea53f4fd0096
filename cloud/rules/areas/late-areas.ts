import type { ClientBase } from 'pg'
import type { LateTiming } from '../late/late-spans.ts'
import type { AreaRule } from './area-rule.ts'

/** An area of which something is known now that was not when it was judged: from `firstAt` on it is to be judged again. */
export interface LateArea {
  readonly rule: string
  readonly version: number
  readonly area: string
  readonly firstAt: number
}

export async function noteLateArea(
  tx: ClientBase,
  { rule: { id, version } }: AreaRule,
  area: string,
  firstAt: number,
): Promise<void> {
  await tx.query({
    name: 'rule-area-late',
    text: `INSERT INTO rule_area_late AS l (rule, version, area, first_at) VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000))
      ON CONFLICT (rule, version, area) DO UPDATE SET noted_at = now(), first_at = least(l.first_at, excluded.first_at)`,
    values: [id, version, area, firstAt],
  })
}

/** The one that has waited longest. */
export async function lateArea(
  db: Pick<ClientBase, 'query'>,
  { settleMs, atMostMs }: Pick<LateTiming, 'settleMs' | 'atMostMs'>,
): Promise<LateArea | undefined> {
  const { rows } = await db.query<LateArea>({
    name: 'rule-area-late-due',
    text: `SELECT rule, version, area, (extract(epoch FROM first_at) * 1000)::float8 AS "firstAt" FROM rule_area_late
      WHERE noted_at <= now() - $1 * interval '1 ms' OR since <= now() - $2 * interval '1 ms' ORDER BY since LIMIT 1`,
    values: [settleMs, atMostMs],
  })
  return rows[0]
}

export async function endLateArea(tx: ClientBase, { rule, version, area }: LateArea): Promise<void> {
  await tx.query('DELETE FROM rule_area_late WHERE (rule, version, area) = ($1, $2, $3)', [
    rule,
    version,
    area,
  ])
}
