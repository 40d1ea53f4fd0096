import type { ClientBase, Pool } from 'pg'

/** ms since 1970 */
export interface AnomalyProgress {
  readonly scoredUntil: number
  /** The newest score that came from the gateway. */
  readonly sentAt: number | undefined
}

interface DeviceKey {
  readonly gatewayId: number
  readonly device: string
}

/** Where a device stands; one that was never scored begins at `from`. */
export async function progressOf(
  pool: Pool,
  { gatewayId, device }: DeviceKey,
  from: number,
): Promise<AnomalyProgress> {
  await pool.query(
    `INSERT INTO anomaly_progress (gateway_id, device, scored_until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [gatewayId, device, new Date(from)],
  )
  const { rows } = await pool.query<{ scored_until: Date; sent_at: Date | null }>(
    'SELECT scored_until, sent_at FROM anomaly_progress WHERE (gateway_id, device) = ($1, $2)',
    [gatewayId, device],
  )
  const row = rows[0]
  return { scoredUntil: row?.scored_until.getTime() ?? from, sentAt: row?.sent_at?.getTime() }
}

/** False where the device does not stand at `before`: another process has scored it, or the database was restored. */
export async function moveOn(
  tx: ClientBase,
  { gatewayId, device }: DeviceKey,
  before: number,
  { scoredUntil, sentAt }: AnomalyProgress,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE anomaly_progress SET scored_until = $4, sent_at = $5
     WHERE (gateway_id, device) = ($1, $2) AND scored_until = $3`,
    [
      gatewayId,
      device,
      new Date(before),
      new Date(scoredUntil),
      sentAt === undefined ? null : new Date(sentAt),
    ],
  )
  return rowCount === 1
}
