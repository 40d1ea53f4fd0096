import type { AreaLevel } from '@ganzhi/contracts/area'
import type { ClientBase } from 'pg'
import { AREA_ABOVE } from './area-above.ts'
import type { Fact } from './fact.ts'
import type { MetSpan } from './write-facts.ts'

/** A version of a rule, and the areas that it judges. */
export interface LeveledRule {
  readonly id: string
  readonly version: number
  readonly level: AreaLevel
}

/** A device that is met with in one version of a rule. */
export interface MetDevice {
  readonly rule: string
  readonly version: number
  readonly gatewayId: number
  readonly gateway: string
  readonly device: string
}

interface Taken extends MetDevice, Pick<Fact, 'what' | 'at'> {
  /** Where the device stands now; null where it stands in none of the rule's areas. */
  readonly area: string | null
  readonly value: number | null
}
export type TimelyFact = Taken & Pick<Fact, 'kind'>
/** It is of a time that was judged. */
export type LateFact = Taken &
  ({ readonly kind: 'late' } | { readonly kind: 'again'; readonly spans: readonly MetSpan[] })

export function isLate(fact: TimelyFact | LateFact): fact is LateFact {
  return fact.kind === 'late' || fact.kind === 'again'
}

/** A device that meets a condition, and stands elsewhere now. */
export interface MovedDevice extends MetDevice {
  readonly part: string
  readonly area: string | null
}

/** Facts taken up at once; all of one moment are, however many. */
const AT_ONCE = 10_000

/** By the platform's time: all facts that are due until then are there. */
export async function factsKnownUntil(tx: ClientBase, areas: number): Promise<number> {
  const { rows } = await tx.query<{ clock: number }>({
    name: 'rule-facts-known',
    text: `SELECT floor(extract(epoch FROM min(clock)) * 1000)::float8 AS clock FROM rule_partition WHERE id <> $1`,
    values: [areas],
  })
  return rows[0]?.clock ?? 0
}

/** How far facts can be taken up at once: to `known`, unless there are too many until then. */
export async function factsTakenUntil(tx: ClientBase, known: number): Promise<number> {
  const { rows } = await tx.query<{ first: number; next: number }>({
    name: 'rule-facts-due',
    text: `SELECT (extract(epoch FROM (SELECT min(due_at) FROM rule_fact)) * 1000)::float8 AS first,
             (extract(epoch FROM due_at) * 1000)::float8 AS next
           FROM rule_fact WHERE due_at <= to_timestamp($1::float8 / 1000) ORDER BY due_at, id OFFSET ${AT_ONCE} LIMIT 1`,
    values: [known],
  })
  const [more] = rows
  return more ? Math.max(more.first, more.next - 1) : known
}

/** Takes up all that are due, in order of time. Those of versions that judge no more are forgotten. */
export async function takeFacts(
  tx: ClientBase,
  until: number,
  rules: readonly LeveledRule[],
): Promise<(TimelyFact | LateFact)[]> {
  const { rows } = await tx.query<TimelyFact | LateFact>({
    name: 'rule-facts-take',
    text: TAKE,
    values: [...columnsOf(rules), until],
  })
  return rows
}

export async function movedDevices(tx: ClientBase, rules: readonly LeveledRule[]): Promise<MovedDevice[]> {
  const { rows } = await tx.query<MovedDevice>({ name: 'rule-moved', text: MOVED, values: columnsOf(rules) })
  return rows
}

function columnsOf(rules: readonly LeveledRule[]): unknown[] {
  return [rules.map(({ id }) => id), rules.map(({ version }) => version), rules.map(({ level }) => level)]
}

const RULES = `unnest($1::text[], $2::int4[], $3::text[]) AS k (rule, version, level)`
/** The area of the level in which a device stands. */
const AREA = `
  LEFT JOIN device d ON (d.gateway_id, d.name) = (f.gateway_id, f.device) ${AREA_ABOVE}`

const TAKE = `
WITH due AS (
  DELETE FROM rule_fact WHERE due_at <= to_timestamp($4::float8 / 1000) RETURNING *
)
SELECT f.rule, f.version, f.gateway_id AS "gatewayId", g.name AS gateway, f.device, f.kind, f.what, f.spans, f.value,
  (extract(epoch FROM f.at) * 1000)::float8 AS at, a.token AS area
FROM due f JOIN ${RULES} ON (k.rule, k.version) = (f.rule, f.version)
JOIN gateway g ON g.id = f.gateway_id ${AREA}
ORDER BY f.due_at, f.id`

const MOVED = `
SELECT f.rule, f.version, f.part, f.gateway_id AS "gatewayId", g.name AS gateway, f.device, a.token AS area
FROM rule_meeting f JOIN ${RULES} ON (k.rule, k.version) = (f.rule, f.version)
JOIN gateway g ON g.id = f.gateway_id ${AREA}
WHERE f.left_at IS NULL AND f.area IS DISTINCT FROM a.token
ORDER BY f.gateway_id, f.device`
