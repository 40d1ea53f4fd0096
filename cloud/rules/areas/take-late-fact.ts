import type { ClientBase } from 'pg'
import type { AreaRule, Meeting } from './area-rule.ts'
import type { AreaJudgement } from './judge-areas.ts'
import { noteLateArea } from './late-areas.ts'
import { type EndedStay, differences, staysAgain, staysOf } from './met-again.ts'
import { keysOf, saveStays, writeStays } from './save-stays.ts'
import { stoodWhere } from './stood-where.ts'
import type { LateFact } from './take-facts.ts'

/** What was not known when it was judged is noted as it was, and the areas that it changes are judged again. */
export async function takeLateFact(tx: ClientBase, judgement: AreaJudgement, fact: LateFact): Promise<void> {
  const rule = judgement.ruleOf(fact)
  if (!rule) return
  const { at, what } = fact
  const standings = await stoodWhere(tx, rule, fact)
  if (fact.kind === 'late') {
    const area = standings.find(({ until }) => at <= until)?.area ?? null
    if (area === null) return
    judgement.events.push({ rule, area, type: what, at })
    await noteLateArea(tx, rule, area, at)
    return
  }
  // What was found before it comes first.
  await saveStays(tx, judgement)
  const { gatewayId, gateway, device } = fact
  const meeting = { part: what, gatewayId, gateway, device }
  const before = await endStays(tx, rule, meeting, at)
  const after = staysAgain(before, at, staysOf(fact.spans, standings))
  await writeStays(
    tx,
    after.map(({ leftAt, ...stay }) => ({
      rule,
      meeting,
      ...stay,
      ...(leftAt < Infinity && { leftAt }),
    })),
  )
  rule.setStay(
    meeting,
    after.find(({ leftAt }) => leftAt === Infinity),
  )
  for (const [area, firstAt] of differences(before, after)) await noteLateArea(tx, rule, area, firstAt)
}

/** Takes those away that had not ended at `from`. */
async function endStays(
  tx: ClientBase,
  rule: AreaRule,
  meeting: Meeting,
  from: number,
): Promise<EndedStay[]> {
  const { rows } = await tx.query<EndedStay>({
    name: 'rule-stays-again',
    text: AGAIN,
    values: [...keysOf([{ rule, meeting }]).map((column) => (column as unknown[])[0]), new Date(from)],
  })
  return rows.toSorted((a, b) => a.metAt - b.metAt)
}

const KEY = '(rule, version, part, gateway_id, device) = ($1, $2, $3, $4, $5)'
const AGAIN = `
WITH gone AS (
  DELETE FROM rule_meeting WHERE ${KEY} AND left_at IS NULL RETURNING *
), other AS (
  DELETE FROM rule_meeting WHERE ${KEY} AND left_at > $6 RETURNING *
)
SELECT area, value, (extract(epoch FROM met_at) * 1000)::float8 AS "metAt",
  (extract(epoch FROM coalesce(left_at, 'infinity')) * 1000)::float8 AS "leftAt"
FROM (SELECT * FROM gone UNION ALL SELECT * FROM other) m`
