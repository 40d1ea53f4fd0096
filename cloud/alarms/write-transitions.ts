import type { AlarmState } from '@ganzhi/contracts/transition'
import type { ClientBase } from 'pg'
import { transitionId } from '../rules/transition-id.ts'

/** Whose alarm it is: a device's (of a gateway itself: ''), or an area's by its token. */
export type AlarmTarget =
  | { readonly gatewayId: number; readonly gateway: string; readonly device: string }
  | { readonly area: string }

/** What becomes of an alarm, as it is written. */
export interface AlarmChange {
  readonly rule: { readonly id: string; readonly version: number }
  readonly target: AlarmTarget
  readonly dimension?: string
  /** ms since 1970, by the time of the values that decided. */
  readonly at: number
  readonly from: AlarmState
  readonly to: AlarmState
  readonly value: unknown
  readonly why: Readonly<Record<string, unknown>>
}

/** Alarms and their transitions, in the transaction that keeps what they follow from; those of one alarm in their order. */
export async function writeTransitions(tx: ClientBase, changes: readonly AlarmChange[]): Promise<void> {
  const ofAlarm = Map.groupBy(changes, ({ rule, target, dimension }) =>
    JSON.stringify([rule.id, targetName(target), dimension]),
  )
  // First the first of each, then the second: an alarm that ends and begins again is two.
  for (let turn = 0; ; turn++) {
    const some = [...ofAlarm.values()].flatMap((each) => each[turn] ?? [])
    if (some.length === 0) return
    await tx.query({ name: 'alarm-changes', text: WRITE, values: columnsOf(some) })
  }
}

/** As ids of transitions have it. */
export function targetName(target: AlarmTarget): string {
  if ('area' in target) return `area:${target.area}`
  return target.device === '' ? target.gateway : `${target.gateway}/${target.device}`
}

/** gateway_id, device and area */
export function targetColumns(target: AlarmTarget): [number | null, string, string | null] {
  return 'area' in target ? [null, '', target.area] : [target.gatewayId, target.device, null]
}

function columnsOf(changes: readonly AlarmChange[]): unknown[] {
  const targets = changes.map(({ target }) => targetColumns(target))
  return [
    changes.map(({ rule }) => rule.id),
    changes.map(({ rule }) => rule.version),
    changes.map(({ target }) => targetName(target)),
    targets.map(([gatewayId]) => gatewayId),
    targets.map(([, device]) => device),
    targets.map(([, , area]) => area),
    changes.map(({ dimension = '' }) => dimension),
    changes.map(({ at }) => new Date(at)),
    changes.map(({ from }) => from),
    changes.map(({ to }) => to),
    changes.map(({ value }) => JSON.stringify(value ?? null)),
    changes.map(({ why }) => JSON.stringify(why)),
    changes.map((change) => transitionId({ ...change, target: targetName(change.target) })),
  ]
}

/** That there is one open alarm of a rule, target and dimension is held by the index, whatever is asked for here. */
const WRITE = `
WITH k AS (
  SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
    $9::text[], $10::text[], $11::json[], $12::json[], $13::text[])
    AS k (rule, version, target, g, device, area, dimension, at, earlier, later, value, why, id)
), opened AS (
  INSERT INTO alarm (rule, version, target, gateway_id, device, area, dimension, severity, opened_at, changed_at)
  SELECT rule, version, target, g, device, area, dimension, k.later, at, at FROM k WHERE earlier = 'clear'
  ON CONFLICT (rule, target, dimension) WHERE closed_at IS NULL
    DO UPDATE SET severity = excluded.severity, changed_at = excluded.changed_at
  RETURNING id, rule, target, dimension
), changed AS (
  UPDATE alarm a SET changed_at = k.at,
    severity = CASE WHEN k.later = 'clear' THEN a.severity ELSE k.later END,
    closed_at = CASE WHEN k.later = 'clear' THEN k.at END
  FROM k WHERE k.earlier <> 'clear' AND a.closed_at IS NULL
    AND (a.rule, a.target, a.dimension) = (k.rule, k.target, k.dimension)
  RETURNING a.id, a.rule, a.target, a.dimension
)
INSERT INTO alarm_transition (id, alarm_id, version, at, from_state, to_state, value, why)
SELECT k.id, a.id, k.version, k.at, k.earlier, k.later, k.value, k.why
FROM k JOIN (SELECT * FROM opened UNION ALL SELECT * FROM changed) a
  ON (a.rule, a.target, a.dimension) = (k.rule, k.target, k.dimension)
ON CONFLICT DO NOTHING`
