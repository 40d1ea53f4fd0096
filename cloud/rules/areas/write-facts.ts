import type { ClientBase } from 'pg'
import type { Fact } from './fact.ts'

/** A fact of a device, for the areas that it is in. */
export interface DeviceFact extends Pick<Fact, 'kind' | 'what' | 'at'> {
  readonly rule: { readonly id: string; readonly version: number; readonly latenessMs: number }
  readonly gatewayId: number
  readonly device: string
}

/** In the transaction that keeps what they follow from; those of one time in their order. */
export async function writeFacts(tx: ClientBase, facts: readonly DeviceFact[]): Promise<void> {
  if (facts.length === 0) return
  await tx.query({
    name: 'rule-facts',
    text: `INSERT INTO rule_fact (due_at, rule, version, gateway_id, device, kind, what, at)
      SELECT due_at, rule, version, gateway_id, device, kind, what, at FROM unnest($1::timestamptz[], $2::text[], $3::int4[],
        $4::int4[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]) WITH ORDINALITY
        AS k (due_at, rule, version, gateway_id, device, kind, what, at, n) ORDER BY n`,
    values: [
      facts.map(({ at, rule }) => new Date(at + rule.latenessMs)),
      facts.map(({ rule }) => rule.id),
      facts.map(({ rule }) => rule.version),
      facts.map(({ gatewayId }) => gatewayId),
      facts.map(({ device }) => device),
      facts.map(({ kind }) => kind),
      facts.map(({ what }) => what),
      facts.map(({ at }) => new Date(at)),
    ],
  })
}
