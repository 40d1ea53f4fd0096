import type { RuleScope } from '@ganzhi/contracts/rule'
import type { ClientBase, Pool } from 'pg'
import { scopeSql } from '../../areas/scope.ts'
import { lockGateways } from '../../database/gateway-lock.ts'
import { writeDerived } from '../../derived/write-derived.ts'
import { inLedgerTransaction } from '../../ledger/ledger-transaction.ts'
import type { SeriesStore } from '../../series-store/series-store.ts'
import type { StoredDevice } from '../history/stored-events.ts'
import type { AskedLimit } from './asked-limits.ts'
import { historyNumber, hourOf, hoursBefore } from './history-number.ts'
import { readHourExtremes } from './hour-extremes.ts'
import { limitSample } from './with-limits.ts'

/** A limit, and the devices whose rule asks for it. */
export interface LimitOfDevices {
  readonly limit: AskedLimit
  readonly scope: RuleScope
}

export interface WriteOptions {
  readonly pool: Pool
  readonly store: SeriesStore
  /** By the database's clock. */
  readonly now: number
}

/** So long after it is written a limit counts: all who judge by it have it then. */
export const COUNTS_AFTER_MS = 30_000
const DEVICES_AT_ONCE = 500
export const FIRST_DEVICE: StoredDevice = { gatewayId: 0, device: '' }

/**
 * Writes what a limit is in this hour, of the next devices after `after` that have none of it yet: once, whoever else does so.
 * Answers with the last of them, undefined where there are no more.
 */
export async function writeLimits(
  { limit, scope }: LimitOfDevices,
  after: StoredDevice,
  { pool, store, now }: WriteOptions,
): Promise<StoredDevice | undefined> {
  const at = now + COUNTS_AFTER_MS
  const hour = hourOf(at)
  const devices = await nextDevices(pool, scope, after)
  const numbers = new Map(
    (await readHourExtremes(pool, devices, limit, hoursBefore(hour, limit))).map((extremes, i) => [
      devices[i],
      historyNumber([...extremes.values()], limit),
    ]),
  )
  if (devices.length > 0) {
    await inLedgerTransaction(pool, async (tx) => {
      await lockGateways(tx.client, { of: 'latest', gatewayIds: devices.map(({ gatewayId }) => gatewayId) })
      const due = await withoutLimit(tx.client, devices, limit, hour)
      for (const [gatewayId, theirs] of Map.groupBy(due, (device) => device.gatewayId)) {
        const points = theirs.map(({ device }) => ({
          device,
          property: limit.property,
          type: 'float' as const,
        }))
        const readings = theirs.map((device, slot) => {
          const { quality, value } = limitSample(limit.property, at, numbers.get(device))
          return { slot, at, quality, value }
        })
        await writeDerived(tx, store, { gatewayId, table: { points }, readings }, now)
      }
    })
  }
  return devices.length === DEVICES_AT_ONCE ? devices.at(-1) : undefined
}

async function nextDevices(
  pool: Pool,
  scope: RuleScope,
  { gatewayId, device }: StoredDevice,
): Promise<StoredDevice[]> {
  const { where, values } = await scopeSql(pool, scope)
  const { rows } = await pool.query<StoredDevice>(
    `SELECT d.gateway_id AS "gatewayId", d.name AS device FROM device d
     WHERE ${where} AND (d.gateway_id, d.name) > ($${values.length + 1}, $${values.length + 2})
     ORDER BY d.gateway_id, d.name LIMIT ${DEVICES_AT_ONCE}`,
    [...values, gatewayId, device],
  )
  return rows
}

async function withoutLimit(
  tx: ClientBase,
  devices: readonly StoredDevice[],
  { property }: AskedLimit,
  hour: number,
): Promise<StoredDevice[]> {
  const { rows } = await tx.query<{ n: number }>(
    `SELECT n::int4 FROM unnest($1::int4[], $2::text[]) WITH ORDINALITY AS k (g, device, n)
     JOIN series s ON (s.gateway_id, s.device, s.property) = (k.g, k.device, $3)
     JOIN latest l ON l.series_id = s.id AND l.ts >= $4`,
    [
      devices.map(({ gatewayId }) => gatewayId),
      devices.map(({ device }) => device),
      property,
      new Date(hour),
    ],
  )
  const have = new Set(rows.map(({ n }) => n - 1))
  return devices.filter((_, i) => !have.has(i))
}
