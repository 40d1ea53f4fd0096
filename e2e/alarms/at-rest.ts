import type pg from 'pg'

/**
 * What rules have still to do with all that is stored, in words; nothing where they have judged it, and all that was not
 * sent until `since`, ms since 1970.
 */
export async function unjudged(
  database: pg.ClientBase,
  latenessMs: number,
  since: number,
): Promise<string | undefined> {
  const { rows } = await database.query<{ untaken: number; waiting: number; late: number }>(UNJUDGED)
  const [{ untaken, waiting, late } = { untaken: 1, waiting: 0, late: 0 }] = rows
  if (untaken > 0) return `${untaken} lanes that rules have taken`
  if (waiting > 0) return `${waiting} lanes of which nothing waits`
  if (late > 0) return `${late} spans run over again`
  return (await judgedUntil(database, latenessMs)) < since
    ? 'silence that was judged until the end'
    : undefined
}

/** How many records of gateways rules have taken. */
export async function takenRecords(database: pg.ClientBase): Promise<number> {
  const { rows } = await database.query<{ taken: number }>(
    'SELECT coalesce(sum(upper(r) - lower(r)), 0)::int AS taken FROM rule_progress, unnest(taken) r',
  )
  return rows[0]?.taken ?? 0
}

/** Up to when all is judged by every rule, ms since 1970. */
export async function judgedUntil(database: pg.ClientBase, latenessMs: number): Promise<number> {
  const { rows } = await database.query<{ clock: Date; heard: Date | null }>(
    `SELECT (SELECT min(p.clock) FROM rule_partition p WHERE p.id = 16 OR p.id IN (SELECT id % 16 FROM gateway)) AS clock,
       (SELECT min(heard_at) FROM gateway_reach) AS heard`,
  )
  const [{ clock, heard } = { clock: new Date(0), heard: null }] = rows
  return Math.min(clock.getTime() - latenessMs, heard?.getTime() ?? 0)
}

/** Since when rules look, ms since 1970: what is not later is not for them. */
export async function judgedFrom(database: pg.ClientBase): Promise<number> {
  const { rows } = await database.query<{ at: Date }>('SELECT max(at) AS at FROM rule_begun')
  return rows[0]?.at.getTime() ?? 0
}

const UNJUDGED = `
SELECT
  (SELECT count(*)::int FROM lane_progress p LEFT JOIN rule_progress r USING (gateway_id, lane, epoch)
    WHERE p.lane IN (0, 2) AND EXISTS (SELECT FROM ledger l WHERE (l.gateway_id, l.lane, l.epoch) = (p.gateway_id, p.lane, p.epoch)
      AND NOT coalesce(r.taken, '{}') @> l.seq)) AS untaken,
  (SELECT count(*)::int FROM rule_progress WHERE waiting <> '{}') AS waiting,
  (SELECT count(*)::int FROM rule_late) + (SELECT count(*)::int FROM rule_area_late)
    + (SELECT count(*)::int FROM rule_fact WHERE kind IN ('late', 'again')) AS late`
