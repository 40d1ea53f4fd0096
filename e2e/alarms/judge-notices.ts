import type pg from 'pg'

/** Nothing settles and nothing waits, so that people are told as much as can be. */
const POLICY = {
  settle: 'PT0S',
  flapping: { changes: 100, within: 'PT1M' },
  group: { by: 'gateway', window: 'PT0S' },
  inhibit: [],
  reminders: {},
  escalation: {},
}

/** From now on it is known what each turn of notices took, as it stood then: only where the turn has committed. */
export async function watchNotices(database: pg.ClientBase): Promise<void> {
  await database.query(WATCH)
  await database.query(`INSERT INTO notice_policy (policy, author) VALUES ($1, 'lab')`, [
    JSON.stringify(POLICY),
  ])
  // Says that it was changed.
  await database.query('INSERT INTO notice_inbox DEFAULT VALUES')
}

/** What people were told wrongly, twice or not at all of what rules have found, in words. */
export async function noticeFaults(database: pg.ClientBase): Promise<string[]> {
  const { rows: counts } = await database.query<{ what: string; due: number; told: number }>(COUNTS)
  const { rows: steps } = await database.query<Step>(STEPS)
  const { rows: stands } = await database.query<{ subject: string; open: boolean }>(
    `SELECT ${SUBJECT} AS subject, bool_or(closed_at IS NULL) AS open FROM alarm a GROUP BY 1`,
  )
  const known = new Map<string, Known>()
  const faults = counts
    .filter(({ due, told }) => due !== told)
    .map(({ what, due, told }) => `${what}: ${told} of ${due}`)
  for (const { subject, step, at } of steps) {
    const before = known.get(subject) ?? 'over'
    if (before !== 'perhaps' && (step === 'raised') !== (before === 'over') && step !== 'late')
      faults.push(`${subject}: ${step} at ${at} though it was ${before}`)
    known.set(subject, step === 'late' ? 'perhaps' : step === 'ended' ? 'over' : 'open')
  }
  for (const { subject, open } of stands) {
    const told = known.get(subject) ?? 'over'
    if (told !== 'perhaps' && (told === 'open') !== open)
      faults.push(`${subject}: people know it as ${told}, and it is ${open ? 'open' : 'over'}`)
  }
  return faults
}

/** What people know of the alarms of a rule and target; what late values have changed they learn from digests. */
type Known = 'open' | 'over' | 'perhaps'

interface Step {
  readonly subject: string
  readonly step: 'raised' | 'graver' | 'ended' | 'late'
  readonly at: string
}

const SUBJECT = `a.rule || ' at ' || a.target`

const WATCH = `
CREATE TABLE lab_taken (turn int8, transition text, is_new boolean, late boolean, revised boolean);
CREATE FUNCTION lab_note_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lab_taken SELECT pg_current_xact_id()::text::int8, id, NOT OLD.past, late, revised_at IS NOT NULL
  FROM alarm_transition WHERE id = OLD.transition;
  RETURN NULL;
END $$;
CREATE TRIGGER lab_taken AFTER DELETE ON notice_inbox FOR EACH ROW EXECUTE FUNCTION lab_note_taken();`

/** Of a transition that was taken back before anybody was told of it nothing is told. */
const PAST = `
SELECT turn, transition, bool_or(late) AS late, bool_or(revised) AS revised FROM lab_taken
GROUP BY 1, 2 HAVING (bool_or(late) OR bool_or(revised)) AND NOT (bool_or(revised) AND bool_or(is_new))`

const COUNTS = `
WITH due AS (SELECT p.*, from_state, to_state FROM (${PAST}) p JOIN alarm_transition t ON t.id = p.transition),
  told AS (SELECT document->'digest' AS digest FROM notice WHERE kind = 'digest')
SELECT 'raised, by digests' AS what, (SELECT count(*)::int FROM due WHERE NOT revised AND from_state = 'clear') AS due,
  (SELECT coalesce(sum((digest->>'raised')::int), 0)::int FROM told) AS told
UNION ALL SELECT 'ended, by digests', (SELECT count(*)::int FROM due WHERE NOT revised AND to_state = 'clear'),
  (SELECT coalesce(sum((digest->>'ended')::int), 0)::int FROM told)
UNION ALL SELECT 'taken back, by digests', (SELECT count(*)::int FROM due WHERE revised),
  (SELECT coalesce(sum((digest->>'revised')::int), 0)::int FROM told)
UNION ALL SELECT 'transitions that were looked at', (SELECT count(*)::int FROM alarm_transition),
  (SELECT count(DISTINCT transition)::int FROM lab_taken)`

/** In the order in which people were told. What is late is taken up first in a turn. */
const STEPS = `
SELECT ${SUBJECT} AS subject, step, to_char(s.at, 'HH24:MI:SS.MS') AS at FROM (
  SELECT turn, 0 AS id, t.alarm_id, 'late' AS step, t.at FROM (${PAST}) p JOIN alarm_transition t ON t.id = p.transition
  UNION ALL
  SELECT n.xmin::text::int8, n.id, m.alarm_id, n.kind, n.at FROM notice n JOIN notice_alarm m ON m.notice_id = n.id
  WHERE n.kind <> 'digest'
) s JOIN alarm a ON a.id = s.alarm_id ORDER BY turn, s.id`
