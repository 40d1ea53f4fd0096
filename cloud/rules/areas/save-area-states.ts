import type { ClientBase } from 'pg'
import type { AreaRule } from './area-rule.ts'

/** What is remembered of areas now; one that is at rest has no row. */
export async function saveAreaStates(
  tx: ClientBase,
  areas: ReadonlyMap<AreaRule, ReadonlySet<string>>,
): Promise<void> {
  const states = [...areas].flatMap(([{ rule, areas: watches }, names]) =>
    [...names].map((area) => {
      const watch = watches.get(area)
      if (watch?.isAtRest) watches.delete(area)
      const state = watch?.state === undefined ? null : JSON.stringify(watch.state)
      return { rule: rule.id, version: rule.version, area, state }
    }),
  )
  if (states.length === 0) return
  await tx.query({
    name: 'rule-save-areas',
    text: SAVE,
    values: [
      states.map(({ rule }) => rule),
      states.map(({ version }) => version),
      states.map(({ area }) => area),
      states.map(({ state }) => state),
    ],
  })
}

const SAVE = `
WITH k AS (
  SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::text[]) AS k (rule, version, area, state)
), gone AS (
  DELETE FROM rule_area_state s USING k
  WHERE (s.rule, s.version, s.area) = (k.rule, k.version, k.area) AND k.state IS NULL
)
INSERT INTO rule_area_state (rule, version, area, state) SELECT * FROM k WHERE state IS NOT NULL
ON CONFLICT (rule, version, area) DO UPDATE SET state = excluded.state`
