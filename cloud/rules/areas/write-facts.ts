import type { ClientBase } from 'pg'
import type { EngineTransition } from '../engine/step-result.ts'
import type { LiveRule } from '../live/live-rule.ts'
import type { Fact } from './fact.ts'

/** From when to when a device met a condition, null where that is not over; and by which value, where that counts. */
export type MetSpan = readonly [metAt: number, leftAt: number | null, value?: number | null]

/** Of most conditions it only counts whether they are met. */
export function toldValue(
  { compiled }: Pick<LiveRule, 'compiled'>,
  { value }: Pick<EngineTransition, 'value'>,
): number | null {
  return compiled.showsValue && typeof value === 'number' ? value : null
}

/** A fact of a device, for the areas that it is in. */
export interface DeviceFact extends Pick<Fact, 'what' | 'at' | 'value'> {
  /**
   * `late`: an incident that began when that time had been judged. `again`: what was told of the device since `at` is void, it is
   * as `spans` says.
   */
  readonly kind: Fact['kind'] | 'late' | 'again'
  readonly spans?: readonly MetSpan[]
  readonly rule: { readonly id: string; readonly version: number; readonly latenessMs: number }
  readonly gatewayId: number
  readonly device: string
}

/**
 * In the transaction that keeps what they follow from; those of one time in their order. What is known only when `clock` has come,
 * as that a device was silent, counts from then on.
 */
export async function writeFacts(tx: ClientBase, facts: readonly DeviceFact[], clock: number): Promise<void> {
  if (facts.length === 0) return
  const times = facts.map(({ kind, at, rule: { latenessMs } }) => {
    if (kind === 'late' || kind === 'again') return { at, dueAt: clock }
    const known = Math.max(at, clock - latenessMs + 1)
    return { at: known, dueAt: known + latenessMs }
  })
  await tx.query({
    name: 'rule-facts',
    text: `INSERT INTO rule_fact (due_at, rule, version, gateway_id, device, kind, what, at, spans, value)
      SELECT due_at, rule, version, gateway_id, device, kind, what, at, spans, value FROM unnest($1::timestamptz[], $2::text[], $3::int4[],
        $4::int4[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::json[], $10::float8[]) WITH ORDINALITY
        AS k (due_at, rule, version, gateway_id, device, kind, what, at, spans, value, n) ORDER BY n`,
    values: [
      times.map(({ dueAt }) => new Date(dueAt)),
      facts.map(({ rule }) => rule.id),
      facts.map(({ rule }) => rule.version),
      facts.map(({ gatewayId }) => gatewayId),
      facts.map(({ device }) => device),
      facts.map(({ kind }) => kind),
      facts.map(({ what }) => what),
      times.map(({ at }) => new Date(at)),
      facts.map(({ spans }) => spans && JSON.stringify(spans)),
      facts.map(({ value }) => value),
    ],
  })
}
