import type { ClientBase } from 'pg'

export interface LateSpan {
  readonly rule: string
  readonly gatewayId: number
  readonly device: string
  /** `fault`: the rule does not judge this device any more. */
  readonly reason: 'late' | 'fault'
  firstAt: number
  lastAt: number
  inputs: number
}

/** What rules could not take, put together by rule and device: the spans that they have to be run over again. */
export class LateInputs {
  readonly #spans = new Map<string, LateSpan>()

  add(
    { rule, gatewayId, device, reason }: Omit<LateSpan, 'firstAt' | 'lastAt' | 'inputs'>,
    at: number,
  ): void {
    const key = JSON.stringify([rule, gatewayId, device, reason])
    const span = this.#spans.get(key)
    if (!span) this.#spans.set(key, { rule, gatewayId, device, reason, firstAt: at, lastAt: at, inputs: 1 })
    else {
      span.firstAt = Math.min(span.firstAt, at)
      span.lastAt = Math.max(span.lastAt, at)
      span.inputs++
    }
  }

  async save(tx: ClientBase): Promise<void> {
    if (this.#spans.size === 0) return
    const spans = [...this.#spans.values()]
    await tx.query({
      name: 'rule-late',
      text: `INSERT INTO rule_late AS l (rule, gateway_id, device, reason, first_at, last_at, inputs)
        SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::int8[])
        ON CONFLICT (rule, gateway_id, device, reason, running) DO UPDATE SET noted_at = now(), inputs = l.inputs + excluded.inputs,
          first_at = least(l.first_at, excluded.first_at), last_at = greatest(l.last_at, excluded.last_at)`,
      values: [
        spans.map(({ rule }) => rule),
        spans.map(({ gatewayId }) => gatewayId),
        spans.map(({ device }) => device),
        spans.map(({ reason }) => reason),
        spans.map(({ firstAt }) => new Date(firstAt)),
        spans.map(({ lastAt }) => new Date(lastAt)),
        spans.map(({ inputs }) => inputs),
      ],
    })
  }
}
