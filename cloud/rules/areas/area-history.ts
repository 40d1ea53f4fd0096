import type { ClientBase } from 'pg'
import type { MetThere } from './area-rule.ts'
import type { Fact } from './fact.ts'
import type { LateArea } from './late-areas.ts'

const ROWS_AT_ONCE = 5_000

/** Who met what in an area at `at`. */
export async function metAt(
  tx: ClientBase,
  { rule, version, area }: Omit<LateArea, 'firstAt'>,
  at: number,
): Promise<MetThere[]> {
  const { rows } = await tx.query<MetThere>(
    `SELECT part, g.name || '/' || device AS device, value FROM rule_meeting JOIN gateway g ON g.id = gateway_id
     WHERE (rule, version, area) = ($1, $2, $3) AND met_at <= $4 AND (left_at IS NULL OR left_at > $4)`,
    [rule, version, area, new Date(at)],
  )
  return rows
}

/** What happened in an area later than `from`, by time, as it is known now. */
export async function* factsSince(
  tx: ClientBase,
  { rule, version, area }: Omit<LateArea, 'firstAt'>,
  from: number,
): AsyncGenerator<Fact[]> {
  await tx.query(`DECLARE area_facts NO SCROLL CURSOR FOR ${FACTS}`, [rule, version, area, new Date(from)])
  for (;;) {
    const { rows } = await tx.query<Fact>(`FETCH ${ROWS_AT_ONCE} FROM area_facts`)
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_AT_ONCE) break
  }
  await tx.query('CLOSE area_facts')
}

/** Two scans of an index each, as many rows as have to be judged. */
const FACTS = `
SELECT kind, (extract(epoch FROM f.at) * 1000)::float8 AS at, coalesce(g.name || '/' || device, '') AS device, what, value
FROM (
  SELECT 'meets' AS kind, met_at AS at, gateway_id, device, part AS what, value FROM rule_meeting
  WHERE (rule, version, area) = ($1, $2, $3) AND (left_at IS NULL OR left_at > $4) AND met_at > $4
  UNION ALL
  SELECT 'left', left_at, gateway_id, device, part, NULL FROM rule_meeting
  WHERE (rule, version, area) = ($1, $2, $3) AND left_at > $4
  UNION ALL
  SELECT 'event', at, NULL, NULL, type, NULL FROM rule_area_event
  WHERE (rule, version, area) = ($1, $2, $3) AND at > $4
) f LEFT JOIN gateway g ON g.id = f.gateway_id
ORDER BY f.at, kind`
