import type { ClientBase } from 'pg'
import type { AreaJudgement } from './judge-areas.ts'

/** What is remembered of areas now; one that is at rest has no row. */
export async function saveAreas(tx: ClientBase, { areas, meetings }: AreaJudgement): Promise<void> {
  const states = [...areas].flatMap(([{ rule, areas: watches }, names]) =>
    [...names].map((area) => {
      const watch = watches.get(area)
      if (watch?.isAtRest) watches.delete(area)
      const state = watch?.state === undefined ? null : JSON.stringify(watch.state)
      return { rule: rule.id, version: rule.version, area, state }
    }),
  )
  if (states.length > 0) {
    await tx.query({
      name: 'rule-save-areas',
      text: SAVE_STATES,
      values: [
        states.map(({ rule }) => rule),
        states.map(({ version }) => version),
        states.map(({ area }) => area),
        states.map(({ state }) => state),
      ],
    })
  }
  const rows = [...meetings].flatMap(([owner, met]) =>
    [...met.values()].map((meeting) => ({ ...meeting, owner, area: owner.areaOf(meeting) })),
  )
  if (rows.length === 0) return
  await tx.query({
    name: 'rule-save-meetings',
    text: SAVE_MEETINGS,
    values: [
      rows.map(({ owner }) => owner.rule.id),
      rows.map(({ owner }) => owner.rule.version),
      rows.map(({ part }) => part),
      rows.map(({ gatewayId }) => gatewayId),
      rows.map(({ device }) => device),
      rows.map(({ area }) => area ?? null),
      rows.map(({ area }) => area !== undefined),
    ],
  })
}

const SAVE_STATES = `
WITH k AS (
  SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::text[]) AS k (rule, version, area, state)
), gone AS (
  DELETE FROM rule_area_state s USING k
  WHERE (s.rule, s.version, s.area) = (k.rule, k.version, k.area) AND k.state IS NULL
)
INSERT INTO rule_area_state (rule, version, area, state) SELECT * FROM k WHERE state IS NOT NULL
ON CONFLICT (rule, version, area) DO UPDATE SET state = excluded.state`

const SAVE_MEETINGS = `
WITH k AS (
  SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::int4[], $5::text[], $6::text[], $7::boolean[])
    AS k (rule, version, part, gateway_id, device, area, meets)
), gone AS (
  DELETE FROM rule_meeting m USING k
  WHERE (m.rule, m.version, m.part, m.gateway_id, m.device) = (k.rule, k.version, k.part, k.gateway_id, k.device) AND NOT k.meets
)
INSERT INTO rule_meeting (rule, version, part, gateway_id, device, area)
SELECT rule, version, part, gateway_id, device, area FROM k WHERE meets
ON CONFLICT (rule, version, part, gateway_id, device) DO UPDATE SET area = excluded.area`
