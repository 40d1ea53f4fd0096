import type { ClientBase, Pool } from 'pg'
import { inTransaction } from '../../database/pool.ts'
import { PARTITIONS } from '../live/partition-leases.ts'

/** Values of a device that came later than a rule waits. */
export interface LateSpan {
  readonly rule: string
  readonly firstAt: number
  readonly lastAt: number
}

export interface LateDevice {
  readonly gatewayId: number
  readonly device: string
  readonly spans: readonly LateSpan[]
}

/** When late values are worked off. */
export interface LateTiming {
  /** When none came for so long, */
  readonly settleMs: number
  /** or after so long although more come. */
  readonly atMostMs: number
  /** What failed is tried again after so long. */
  readonly retryMs: number
}

/**
 * The device of these partitions that has waited longest. What is noted of it from now on is noted anew: it may be of times
 * that the re-run has passed. What somebody else took and did not finish is there to be taken.
 */
export async function takeLateDevice(
  pool: Pool,
  partitions: readonly number[],
  { settleMs, atMostMs }: LateTiming,
): Promise<LateDevice | undefined> {
  return inTransaction(pool, async (tx) => {
    const due = await tx.query<{ gatewayId: number; device: string }>({
      name: 'rule-late-due',
      text: DUE,
      values: [partitions, settleMs, atMostMs],
    })
    const [device] = due.rows
    if (!device) return undefined
    const key = [device.gatewayId, device.device]
    await tx.query({ name: 'rule-late-take', text: TAKE, values: key })
    const { rows } = await tx.query<{ rule: string; first_at: Date; last_at: Date }>(
      `SELECT rule, first_at, last_at FROM rule_late WHERE (gateway_id, device, reason, running) = ($1, $2, 'late', true)`,
      key,
    )
    const spans = rows.map(({ rule, first_at, last_at }) => ({
      rule,
      firstAt: first_at.getTime(),
      lastAt: last_at.getTime(),
    }))
    return { ...device, spans }
  })
}

const DUE = `
SELECT gateway_id AS "gatewayId", device FROM rule_late
WHERE reason = 'late' AND gateway_id % ${PARTITIONS} = ANY ($1::int4[]) AND since <= now()
  AND (running OR noted_at <= now() - $2 * interval '1 ms' OR since <= now() - $3 * interval '1 ms')
ORDER BY since LIMIT 1`

/** Where a re-run of the same is under way, or was left undone, that comes first. */
const TAKE = `
UPDATE rule_late l SET running = true
WHERE (gateway_id, device, reason, running) = ($1, $2, 'late', false)
  AND NOT EXISTS (SELECT FROM rule_late r
    WHERE (r.rule, r.gateway_id, r.device, r.reason, r.running) = (l.rule, l.gateway_id, l.device, l.reason, true))`

/** These are worked off; what those rules that failed would have judged stays noted, as when they fail at what comes in time. */
export async function endLateSpans(
  tx: ClientBase,
  { gatewayId, device }: { readonly gatewayId: number; readonly device: string },
  spans: readonly LateSpan[],
  failed: readonly string[],
): Promise<void> {
  await tx.query(END, [gatewayId, device, spans.map(({ rule }) => rule), failed])
}

const END = `
WITH gone AS (
  DELETE FROM rule_late
  WHERE (gateway_id, device, reason, running) = ($1, $2, 'late', true) AND rule = ANY ($3::text[]) RETURNING *
)
INSERT INTO rule_late AS l (rule, gateway_id, device, reason, first_at, last_at, inputs)
SELECT rule, gateway_id, device, 'fault', first_at, last_at, inputs FROM gone WHERE rule = ANY ($4::text[])
ON CONFLICT (rule, gateway_id, device, reason, running) DO UPDATE SET inputs = l.inputs + excluded.inputs,
  first_at = least(l.first_at, excluded.first_at), last_at = greatest(l.last_at, excluded.last_at)`

export async function postponeLateDevice(
  pool: Pool,
  { gatewayId, device }: LateDevice,
  { retryMs }: LateTiming,
): Promise<void> {
  await pool.query(
    `UPDATE rule_late SET since = now() + $3 * interval '1 ms' WHERE (gateway_id, device, reason, running) = ($1, $2, 'late', true)`,
    [gatewayId, device, retryMs],
  )
}
