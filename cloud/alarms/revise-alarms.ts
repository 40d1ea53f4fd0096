import type { ClientBase } from 'pg'
import { transitionId } from '../rules/transition-id.ts'
import { type AlarmHistory, type RevisedAlarm, type StandingAlarm, alarmRevision } from './alarm-revision.ts'
import { type AlarmTarget, targetColumns, targetName } from './write-transitions.ts'

/** What a rule makes of a target, run over again over all that is known by now. */
export interface RerunLog extends Pick<AlarmHistory, 'from' | 'told'> {
  readonly rule: { readonly id: string; readonly version: number }
  readonly target: AlarmTarget
  /** Later than `from`. */
  readonly transitions: readonly Omit<AlarmHistory['transitions'][number], 'id'>[]
}

/** Writes, in the transaction that keeps what it follows from, what is other than it was told. None of it is deleted. */
export async function reviseAlarms(tx: ClientBase, log: RerunLog): Promise<void> {
  const { rule, from, told } = log
  const target = targetName(log.target)
  const transitions = log.transitions.map((each) => ({
    ...each,
    id: transitionId({ ...each, rule, target }),
  }))
  const alarms = await standingAlarms(tx, log)
  const { alarms: altered, revised } = alarmRevision({ from, told, alarms, transitions })
  if (altered.length === 0 && revised.length === 0) return
  await tx.query('UPDATE alarm_transition SET revised_at = now() WHERE id = ANY ($1::text[])', [revised])
  const named = await withIds(tx, altered, log)
  await tellLate(tx, rule.version, named)
  await fitAlarms(
    tx,
    [...alarms, ...named].map(({ id }) => id),
  )
}

async function standingAlarms(tx: ClientBase, { rule, target, from }: RerunLog): Promise<StandingAlarm[]> {
  const { rows } = await tx.query<StandingAlarm>(STANDING, [
    rule.id,
    rule.version,
    targetName(target),
    new Date(from),
  ])
  return rows
}

const STANDING = `
SELECT a.id, (extract(epoch FROM opened_at) * 1000)::float8 AS "openedAt", (extract(epoch FROM closed_at) * 1000)::float8 AS "closedAt",
  (SELECT coalesce(json_agg(json_build_object('id', t.id, 'at', (extract(epoch FROM t.at) * 1000)::int8,
     'from', from_state, 'to', to_state, 'value', value, 'why', why)), '[]')
   FROM alarm_transition t WHERE t.alarm_id = a.id AND t.at > $4 AND t.revised_at IS NULL) AS transitions
FROM alarm a
WHERE (rule, version, target, dimension) = ($1, $2, $3, '') AND NOT withdrawn AND (closed_at IS NULL OR closed_at > $4)
ORDER BY opened_at, id`

type NamedAlarm = RevisedAlarm & { readonly id: string }

/** Those that are new begin closed: which of them is open is seen when all their transitions are there. */
async function withIds(
  tx: ClientBase,
  alarms: readonly RevisedAlarm[],
  { rule, target }: RerunLog,
): Promise<NamedAlarm[]> {
  const unnamed = alarms.filter(({ id }) => id === undefined)
  const { rows } = await tx.query<{ id: string }>(
    `SELECT nextval(pg_get_serial_sequence('alarm', 'id')) AS id FROM generate_series(1, $1)`,
    [unnamed.length],
  )
  const ids = rows.map(({ id }) => id)
  const first = unnamed.map(({ tell }) => tell[0])
  await tx.query(
    `INSERT INTO alarm (id, rule, version, target, gateway_id, device, area, severity, opened_at, changed_at, closed_at)
     OVERRIDING SYSTEM VALUE
     SELECT id, $1, $2, $3, $4, $5, $6, severity, at, at, at FROM unnest($7::int8[], $8::text[], $9::timestamptz[]) AS k (id, severity, at)`,
    [
      rule.id,
      rule.version,
      targetName(target),
      ...targetColumns(target),
      ids,
      first.map((each) => each?.to),
      first.map((each) => each && new Date(each.at)),
    ],
  )
  return alarms.map(({ id = ids.shift() ?? '', tell }) => ({ id, tell }))
}

/** What was told and comes about after all is told anew; of what stands only the numbers change, or whose it is. */
async function tellLate(tx: ClientBase, version: number, alarms: readonly NamedAlarm[]): Promise<void> {
  const told = alarms.flatMap(({ id: alarm, tell }) => tell.map((each) => ({ ...each, alarm })))
  await tx.query(
    `INSERT INTO alarm_transition AS t (id, alarm_id, version, at, from_state, to_state, value, why, late)
     SELECT id, alarm, $1, at, earlier, later, value, why, true
     FROM unnest($2::text[], $3::int8[], $4::timestamptz[], $5::text[], $6::text[], $7::json[], $8::json[])
       AS k (id, alarm, at, earlier, later, value, why)
     ON CONFLICT (id) DO UPDATE SET alarm_id = excluded.alarm_id, value = excluded.value, why = excluded.why, revised_at = NULL,
       late = t.late OR t.revised_at IS NOT NULL, told_at = CASE WHEN t.revised_at IS NULL THEN t.told_at ELSE now() END`,
    [
      version,
      told.map(({ id }) => id),
      told.map(({ alarm }) => alarm),
      told.map(({ at }) => new Date(at)),
      told.map(({ from }) => from),
      told.map(({ to }) => to),
      told.map(({ value }) => JSON.stringify(value ?? null)),
      told.map(({ why }) => JSON.stringify(why)),
    ],
  )
}

/** Makes alarms what their transitions say. There is never more than one open: those that are closed go first. */
async function fitAlarms(tx: ClientBase, ids: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE alarm a SET withdrawn = true, closed_at = coalesce(closed_at, opened_at) WHERE id = ANY ($1::int8[])
       AND NOT EXISTS (SELECT FROM alarm_transition t WHERE t.alarm_id = a.id AND revised_at IS NULL)`,
    [ids],
  )
  for (const isOpen of [false, true]) await tx.query(FIT, [ids, isOpen])
}

const FIT = `
UPDATE alarm a SET opened_at = s.opened_at, changed_at = s.changed_at, severity = s.severity,
  closed_at = CASE WHEN s.ended THEN s.changed_at END
FROM (
  SELECT alarm_id, min(at) AS opened_at, max(at) AS changed_at, (array_agg(to_state ORDER BY at DESC))[1] = 'clear' AS ended,
    (array_agg(to_state ORDER BY at DESC) FILTER (WHERE to_state <> 'clear'))[1] AS severity
  FROM alarm_transition WHERE alarm_id = ANY ($1::int8[]) AND revised_at IS NULL GROUP BY alarm_id
) s
WHERE a.id = s.alarm_id AND s.ended <> $2`
