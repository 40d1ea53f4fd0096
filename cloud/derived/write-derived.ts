import { type PointTable, encodePointTable, hashOf } from '@ganzhi/contracts/point-table'
import { QUALITIES, type Reading, VALUE_TYPES } from '@ganzhi/contracts/reading'
import { encodeBatches, unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import type { ClientBase } from 'pg'
import { laneCode } from '../ledger/codes.ts'
import { enter } from '../ledger/ledger.ts'
import type { LedgerTransaction } from '../ledger/ledger-transaction.ts'
import { registerSeries } from '../register/register.ts'
import type { SeriesStore } from '../series-store/series-store.ts'

/** Values that the platform made of those of a gateway's devices. */
export interface DerivedValues {
  readonly gatewayId: number
  readonly table: PointTable
  /** At least one. */
  readonly readings: readonly Reading[]
}

/** The lowest: of two values of one time the one that a gateway sent itself is the later. */
const EPOCH = -(2n ** 63n)

/** Stores them as ingest does what gateways send: in the ledger, so that rules have them, and in the series. */
export async function writeDerived(
  { client, day }: LedgerTransaction,
  store: SeriesStore,
  { gatewayId, table, readings }: DerivedValues,
  now: number,
): Promise<void> {
  const { hash, bytes } = encodePointTable(table)
  await client.query('INSERT INTO point_table (hash, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    Buffer.from(hash, 'hex'),
    bytes,
  ])
  const bodies = encodeBatches(hash, table, readings)
  const last = await raiseHead(client, gatewayId, bodies.length)
  const at = Math.min(...readings.map((reading) => reading.at))
  await enter(
    client,
    day,
    bodies.map((body, i) => ({
      gatewayId,
      lane: 'derived',
      epoch: EPOCH,
      seq: last - bodies.length + 1 + i,
      sha256: hashOf(body),
      body,
      state: 'stored',
      at,
      rows: unpackBatch(body).count,
    })),
  )
  const series = await registerSeries(client, gatewayId, table.points)
  const batch = {
    gatewayId,
    epoch: EPOCH,
    seq: last,
    ...series,
    typeOfSlot: Uint8Array.from(table.points, ({ type }) => VALUE_TYPES.indexOf(type)),
    rows: {
      count: readings.length,
      slots: Uint32Array.from(readings, ({ slot }) => slot),
      at: Float64Array.from(readings, (reading) => reading.at),
      quality: Uint8Array.from(readings, ({ quality }) => QUALITIES.indexOf(quality)),
      values: readings.map(({ value }) => value),
    },
  }
  await store.write(client, [batch], { now })
}

/** Numbers so many more records of a gateway; who does so too waits until this transaction ends. */
async function raiseHead(client: ClientBase, gatewayId: number, records: number): Promise<number> {
  const { rows } = await client.query<{ head: string }>(
    `INSERT INTO lane_progress AS p (gateway_id, lane, epoch, head, contiguous) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (gateway_id, lane, epoch) DO UPDATE SET head = p.head + $4, contiguous = p.head + $4 RETURNING head`,
    [gatewayId, laneCode('derived'), EPOCH.toString(), records],
  )
  return Number(rows[0]?.head)
}
