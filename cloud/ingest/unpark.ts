import type { Epoch } from '@ganzhi/contracts/record-key'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import type { SampleBatch, SeriesStore } from '../series-store/series-store.ts'
import { epochFromInt8, laneFrom, stateCode } from '../ledger/codes.ts'
import type { LaneOfGateway } from '../ledger/progress.ts'
import { isRefusal } from './database-refusal.ts'
import type { LedgerTransaction } from '../ledger/ledger-transaction.ts'
import type { IngestSession } from './session.ts'
import { type TableCache, useKey } from './table-cache.ts'
import { sampleBatch } from './telemetry-lane.ts'

/** So many parked batches are stored in one transaction. */
const AT_ONCE = 100

interface ParkedRow {
  readonly name: string
  readonly gateway_id: number
  readonly lane: number
  readonly epoch: string
  readonly seq: string
  readonly bytes: Buffer
}

export interface UnparkOptions {
  readonly session: IngestSession
  readonly tables: TableCache
  readonly store: SeriesStore
  readonly now: () => number
}

/**
 * Stores every batch whose table has come; `onStored` is called after each commit. What PostgreSQL refuses is found by
 * taking them singly, and quarantined.
 */
export async function unparkAll(
  options: UnparkOptions,
  onStored: (lanes: LaneOfGateway[]) => void,
): Promise<void> {
  for (;;) {
    const stored = await unparkSome(options, AT_ONCE, 'store').catch((error: unknown) => {
      if (!isRefusal(error)) throw error
      return unparkSome(options, 1, 'store').catch((single: unknown) => {
        if (!isRefusal(single)) throw single
        return unparkSome(options, 1, 'quarantine')
      })
    })
    if (stored.length === 0) return
    onStored(stored)
  }
}

/**
 * Stores some of the batches whose table has come, each once: the transaction that stores a batch takes it out of
 * `parked`. Answers with what it stored; an empty answer means that none is left that nobody else is storing.
 */
async function unparkSome(
  { session, tables, store, now }: UnparkOptions,
  atOnce: number,
  how: 'store' | 'quarantine',
): Promise<LaneOfGateway[]> {
  const { generation } = session
  const uses = await session.transaction(generation, async ({ client }) => {
    const { rows } = await client.query<{ gatewayId: number; hash: string }>(
      `SELECT DISTINCT gateway_id AS "gatewayId", encode(table_hash, 'hex') AS hash
       FROM parked JOIN point_table ON hash = table_hash LIMIT ${AT_ONCE}`,
    )
    return rows
  })
  const known = await tables.resolve(uses, generation)
  const batchOf = (row: ParkedRow): SampleBatch | undefined => {
    const key = { gatewayId: row.gateway_id, epoch: epochFromInt8(row.epoch), seq: Number(row.seq) }
    const unpacked = unpackBatch(row.bytes)
    const table = known.get(useKey({ gatewayId: row.gateway_id, hash: unpacked.table }))
    if (!table || how === 'quarantine') return undefined
    try {
      return sampleBatch(unpacked, key, table)
    } catch (error) {
      if (isGanzhiError(error)) return undefined
      throw error
    }
  }
  return session.transaction(generation, async (tx) => {
    const rows = await takeParked(tx, uses, atOnce)
    const opened = rows.map((row) => ({ row, batch: batchOf(row) }))
    await settle(tx, opened)
    await store.write(
      tx.client,
      opened.flatMap(({ batch }) => batch ?? []),
      { now: now() },
    )
    return rows.map(laneOf)
  })
}

function laneOf(row: ParkedRow): LaneOfGateway & { epoch: Epoch } {
  return { gateway: row.name, lane: laneFrom(row.lane), epoch: epochFromInt8(row.epoch) }
}

/** Rows that another process is storing are passed over. */
async function takeParked(
  { client }: LedgerTransaction,
  uses: readonly { gatewayId: number; hash: string }[],
  atOnce: number,
): Promise<ParkedRow[]> {
  const { rows } = await client.query<ParkedRow>(
    `WITH taken AS (
       SELECT p.* FROM parked p
       JOIN unnest($1::int4[], $2::bytea[]) k (g, h) ON (p.gateway_id, p.table_hash) = (k.g, k.h)
       ORDER BY p.gateway_id, p.lane, p.epoch, p.seq LIMIT ${atOnce} FOR UPDATE OF p SKIP LOCKED
     ), gone AS (
       DELETE FROM parked p USING taken t
       WHERE (p.gateway_id, p.lane, p.epoch, p.seq) = (t.gateway_id, t.lane, t.epoch, t.seq)
     )
     SELECT name, gateway_id, lane, epoch, seq, bytes FROM taken JOIN gateway ON gateway.id = gateway_id
     ORDER BY gateway_id, lane, epoch, seq`,
    [uses.map(({ gatewayId }) => gatewayId), uses.map(({ hash }) => `\\x${hash}`)],
  )
  return rows
}

/** The ledger says what became of each; a batch that its table does not fit is quarantined. */
async function settle(
  { client }: LedgerTransaction,
  opened: readonly { row: ParkedRow; batch: SampleBatch | undefined }[],
): Promise<void> {
  const rows = opened.map(({ row }) => row)
  await client.query(
    `UPDATE ledger l SET state = k.state
     FROM unnest($1::int4[], $2::int2[], $3::int8[], $4::int8[], $5::int2[]) k (g, l, e, s, state)
     WHERE (l.gateway_id, l.lane, l.epoch, l.seq) = (k.g, k.l, k.e, k.s)`,
    [
      rows.map((row) => row.gateway_id),
      rows.map((row) => row.lane),
      rows.map((row) => row.epoch),
      rows.map((row) => row.seq),
      opened.map(({ batch }) => stateCode(batch ? 'stored' : 'quarantined')),
    ],
  )
  for (const { row, batch } of opened) {
    if (batch) continue
    await client.query(
      `INSERT INTO quarantine (gateway, subject, headers, body, reason)
       VALUES ($1, 'gz.v1.' || $1 || '.telemetry', '{}', $2, 'its point table does not fit')`,
      [row.name, row.bytes],
    )
  }
}
