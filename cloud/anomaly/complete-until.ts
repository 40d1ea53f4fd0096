import type { GatewayStatus } from '@ganzhi/contracts/status'
import type { Pool } from 'pg'
import { readNeed, readProgress } from '../ledger/progress.ts'

/** A reading waits for a batch, and the batch for its disk, before the gateway tells of it as accepted. */
const ACCEPTED_WITHIN_MS = 10_000

/**
 * For each gateway up to which time, by its own clock, all that it read is in the series. By its last status, once
 * everything that it had accepted then is stored or named as missing; gateways that still have to send are left out.
 */
export async function completeUntil(
  pool: Pool,
  gateways: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ name: string; last_status: GatewayStatus }>(
    'SELECT name, last_status FROM gateway WHERE name = ANY ($1) AND last_status IS NOT NULL',
    [gateways],
  )
  const heads = rows.flatMap(({ name: gateway, last_status }) =>
    last_status.heads.flatMap((head) => (head.lane === 'telemetry' ? [{ gateway, ...head }] : [])),
  )
  // After the statuses: what these tell of as accepted is in it, or is missing.
  const progress = await readProgress(pool, heads)
  const stored = new Map(
    progress.map(({ gateway, epoch, contiguous }) => [`${gateway}.${epoch}`, contiguous]),
  )
  const isOwed = ({ gateway, epoch, head }: (typeof heads)[number]) =>
    head > (stored.get(`${gateway}.${epoch}`) ?? 0)
  const owing = new Set(heads.filter(isOwed).map(({ gateway }) => gateway))
  // Stored, but without its point table: not in the series yet.
  for (const gateway of (await readNeed(pool, gateways)).keys()) owing.add(gateway)
  return new Map(
    rows.flatMap(({ name, last_status }) =>
      owing.has(name) ? [] : [[name, Math.min(last_status.at, now) - ACCEPTED_WITHIN_MS] as const],
    ),
  )
}
