import type { ClientBase } from 'pg'
import type { AreaRule, Meeting, Stay } from './area-rule.ts'
import type { AreaJudgement } from './judge-areas.ts'

/** Who met what, where, from when to when; what is not over has no `leftAt`. */
export interface StayRow extends Stay {
  readonly rule: AreaRule
  readonly meeting: Meeting
  readonly leftAt?: number
}

/** What was found since it was saved last: stays that are over, and those that are not; incidents that were counted. */
export async function saveStays(tx: ClientBase, { meetings, past, events }: AreaJudgement): Promise<void> {
  const touched = [...meetings].flatMap(([rule, met]) =>
    [...met.values()].map((meeting) => ({ rule, meeting, stay: rule.stayOf(meeting) })),
  )
  meetings.clear()
  if (touched.length > 0) {
    await tx.query({ name: 'rule-end-stays', text: END, values: keysOf(touched) })
    const open = touched.flatMap(({ rule, meeting, stay }) => (stay ? { rule, meeting, ...stay } : []))
    await writeStays(tx, [...past.splice(0), ...open])
  }
  const counted = events.splice(0)
  if (counted.length === 0) return
  await tx.query({
    name: 'rule-area-events',
    text: `INSERT INTO rule_area_event (rule, version, area, type, at)
      SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::text[], $5::timestamptz[])`,
    values: [
      counted.map(({ rule }) => rule.rule.id),
      counted.map(({ rule }) => rule.rule.version),
      counted.map(({ area }) => area),
      counted.map(({ type }) => type),
      counted.map(({ at }) => new Date(at)),
    ],
  })
}

export async function writeStays(tx: ClientBase, stays: readonly StayRow[]): Promise<void> {
  if (stays.length === 0) return
  await tx.query({
    name: 'rule-save-stays',
    text: SAVE,
    values: [
      ...keysOf(stays),
      stays.map(({ area }) => area),
      stays.map(({ metAt }) => timeOf(metAt)),
      stays.map(({ leftAt }) => (leftAt === undefined ? null : timeOf(leftAt))),
      stays.map(({ value }) => value),
    ],
  })
}

export function keysOf(stays: readonly Pick<StayRow, 'rule' | 'meeting'>[]): unknown[] {
  return [
    stays.map(({ rule }) => rule.rule.id),
    stays.map(({ rule }) => rule.rule.version),
    stays.map(({ meeting }) => meeting.part),
    stays.map(({ meeting }) => meeting.gatewayId),
    stays.map(({ meeting }) => meeting.device),
  ]
}

/** Of those who met something before it was noted since when nothing else is known. */
function timeOf(at: number): string {
  return at === -Infinity ? '-infinity' : new Date(at).toISOString()
}

const KEYS = `unnest($1::text[], $2::int4[], $3::text[], $4::int4[], $5::text[]`

const END = `
DELETE FROM rule_meeting m USING ${KEYS}) AS k (rule, version, part, gateway_id, device)
WHERE (m.rule, m.version, m.part, m.gateway_id, m.device) = (k.rule, k.version, k.part, k.gateway_id, k.device) AND m.left_at IS NULL`

const SAVE = `
INSERT INTO rule_meeting (rule, version, part, gateway_id, device, area, met_at, left_at, value)
SELECT * FROM ${KEYS}, $6::text[], $7::timestamptz[], $8::timestamptz[], $9::float8[])`
