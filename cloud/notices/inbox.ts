import type { NoticePolicy } from '@ganzhi/contracts/notice-policy'
import type { Severity } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'
import type { ClientBase } from 'pg'
import { timeView } from '../api/sample-view.ts'
import { type Subject, subjectKey } from './episode.ts'
import type { NoticeInput } from './step.ts'

/** What is taken in one transaction. */
const AT_ONCE = 2_000

export interface InboxRows {
  readonly transitions: readonly { readonly id: string; readonly isNew: boolean }[]
  readonly acknowledgements: readonly string[]
  /** Silences or the policy are others. */
  readonly settings: boolean
  /** There may be more. */
  readonly behind: boolean
}

/** What belongs to the past is taken when all that happens now is: only then does what is open tell where it has led. */
export async function takeInbox(tx: ClientBase): Promise<InboxRows> {
  const { rows } = await tx.query<{
    transition: string | null
    past: boolean
    acknowledgement: string | null
  }>({
    name: 'notice-inbox',
    text: `WITH taken AS (
             DELETE FROM notice_inbox WHERE seq IN (SELECT seq FROM notice_inbox ORDER BY past, seq LIMIT $1) RETURNING *
           ) SELECT transition, past, acknowledgement FROM taken ORDER BY seq`,
    values: [AT_ONCE],
  })
  const byTransition = Map.groupBy(rows, ({ transition }) => transition)
  const transitions = byTransition
    .entries()
    .flatMap(([id, each]) => (id === null ? [] : [{ id, isNew: each.some(({ past }) => !past) }]))
  return {
    transitions: [...transitions],
    acknowledgements: rows.flatMap(({ acknowledgement }) => acknowledgement ?? []),
    settings: rows.some(({ transition, acknowledgement }) => transition === null && acknowledgement === null),
    behind: rows.length === AT_ONCE,
  }
}

/** As the step takes them: what happens now in the order in which it became known, then what belongs to the past. */
export async function inputsOf(
  tx: ClientBase,
  { transitions, acknowledgements }: InboxRows,
  groupBy: NoticePolicy['group']['by'],
): Promise<NoticeInput[]> {
  const news = new Set(transitions.filter(({ isNew }) => isNew).map(({ id }) => id))
  const { rows } = await tx.query<TransitionRow>({
    name: 'notice-transitions',
    text: TRANSITIONS,
    values: [transitions.map(({ id }) => id), groupBy],
  })
  const inputs = rows.flatMap((row): NoticeInput[] => {
    const { to_state: to, from_state: from, alarm_id: id } = row
    const about = {
      subject: subjectOf(row),
      alarm: { id, openedAt: row.opened_at.getTime() },
      at: row.told_at.getTime(),
    }
    const revised = row.revised_at !== null
    // Nobody was told of it yet.
    if (revised && news.has(row.id)) return []
    if (!row.late && !revised) return [{ kind: 'transition', ...about, to }]
    return [{ kind: 'late', ...about, happenedAt: row.at.getTime(), from, to, revised, open: openIn(row) }]
  })
  return [...inputs, ...(await acknowledgedIn(tx, acknowledgements))]
}

async function acknowledgedIn(tx: ClientBase, ids: readonly string[]): Promise<NoticeInput[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.query<AcknowledgementRow>(
    `SELECT a.rule, a.target, a.dimension, k.severity, k.author, k.at, k.note
     FROM alarm_acknowledgement k JOIN alarm a ON a.id = k.alarm_id WHERE k.id = ANY ($1::int8[]) ORDER BY k.id`,
    [ids],
  )
  return rows.map(({ severity, author, at, note, ...subject }) => ({
    kind: 'acknowledged',
    key: subjectKey(subject),
    by: { severity, author, at: timeView(at), note },
  }))
}

interface AcknowledgementRow {
  readonly rule: string
  readonly target: string
  readonly dimension: string
  readonly severity: Severity
  readonly author: string
  readonly at: Date
  readonly note: string | null
}

/**
 * A gateway stands in all areas that its devices have in common: those that are in the first of their paths and in the
 * last. What is told together is of the area of the asked level.
 */
const TRANSITIONS = `
  SELECT t.id, t.alarm_id, t.at, t.told_at, t.from_state, t.to_state, t.late, t.revised_at,
    a.rule, a.target, a.dimension, a.opened_at, a.device, a.area, g.name AS gateway, v.document->'names' AS names,
    coalesce(d.tags, '{}') AS tags, d.profile, w.path, p.token AS place, p.name_zh, p.name_en,
    o.id AS open_id, o.opened_at AS open_since, o.severity AS open_severity
  FROM unnest($1::text[]) WITH ORDINALITY k (id, n)
  JOIN alarm_transition t ON t.id = k.id
  JOIN alarm a ON a.id = t.alarm_id
  LEFT JOIN alarm o ON (o.rule, o.target, o.dimension) = (a.rule, a.target, a.dimension) AND o.closed_at IS NULL
  LEFT JOIN gateway g ON g.id = a.gateway_id
  LEFT JOIN rule_version v ON (v.rule, v.version) = (a.rule, a.version)
  LEFT JOIN device d ON d.gateway_id = a.gateway_id AND d.name = a.device
  LEFT JOIN area stands_in ON stands_in.token = coalesce(a.area, d.area)
  LEFT JOIN LATERAL (
    SELECT min(n.path) AS first, max(n.path) AS last FROM device m JOIN area n ON n.token = m.area
    WHERE m.gateway_id = a.gateway_id AND a.device = ''
  ) s ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(token ORDER BY depth), '{}') AS path
    FROM unnest(string_to_array(coalesce(s.first, stands_in.path), '/')) WITH ORDINALITY u (token, depth)
    WHERE token <> '' AND token = ANY (string_to_array(coalesce(s.last, stands_in.path), '/'))
  ) w
  LEFT JOIN LATERAL (
    SELECT token, name_zh, name_en FROM area
    WHERE token = ANY (w.path) AND (level = $2 OR token = a.area) ORDER BY level = $2 DESC LIMIT 1
  ) p ON true
  ORDER BY t.told_at, k.n`

interface TransitionRow {
  readonly id: string
  readonly alarm_id: string
  readonly at: Date
  readonly told_at: Date
  readonly from_state: AlarmState
  readonly to_state: AlarmState
  readonly late: boolean
  readonly revised_at: Date | null
  readonly open_id: string | null
  readonly open_since: Date
  readonly open_severity: Severity
  readonly rule: string
  readonly target: string
  readonly dimension: string
  readonly opened_at: Date
  readonly device: string
  readonly area: string | null
  readonly gateway: string | null
  readonly names: Subject['rule']['names']
  readonly profile: string | null
  readonly tags: readonly string[]
  readonly path: readonly string[]
  readonly place: string | null
  readonly name_zh: string
  readonly name_en: string | null
}

function openIn({ open_id: id, open_since, open_severity: severity }: TransitionRow) {
  return id === null ? null : { id, openedAt: open_since.getTime(), severity }
}

function subjectOf(row: TransitionRow): Subject {
  const { rule, names, gateway, device, area, dimension, profile, tags, path, place, name_zh, name_en } = row
  return {
    key: subjectKey(row),
    rule: { id: rule, names },
    target: { gateway, device: device || null, area, dimension: dimension || null },
    placement: { gateway: gateway ?? '', device, path: [...path], profile, tags: [...tags] },
    place:
      place === null ? null : { id: place, names: { zh: name_zh, ...(name_en !== null && { en: name_en }) } },
  }
}
