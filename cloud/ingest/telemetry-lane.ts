import { isGanzhiError } from '@ganzhi/contracts/error'
import { type UnpackedBatch, unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import type { SampleBatch, SeriesStore } from '../series-store/series-store.ts'
import { epochToInt8, laneCode } from '../ledger/codes.ts'
import { type LaneWork, type Opened, type Registered, undecodable } from './lane.ts'
import { type GatewayTable, type TableCache, useKey } from './table-cache.ts'

export type TelemetryContent =
  | { readonly kind: 'batch'; readonly batch: SampleBatch }
  | { readonly kind: 'parked'; readonly table: string }

export interface TelemetryLaneOptions {
  readonly tables: TableCache
  readonly store: SeriesStore
  readonly now: () => number
}

/** Batches of readings go into the series store, or are parked until their point table comes. */
export function telemetryLane(options: TelemetryLaneOptions): LaneWork<TelemetryContent> {
  const { tables, store, now } = options
  // Weighed when it comes, opened with its batch, perhaps opened again: unpacked once.
  const unpacked = new WeakMap<Uint8Array, UnpackedBatch | string>()
  const headOf = (body: Uint8Array): UnpackedBatch | string => {
    const head = unpacked.get(body) ?? unpackedOrReason(body)
    unpacked.set(body, head)
    return head
  }
  return {
    lane: 'telemetry',
    rowsOf: (body) => {
      const head = headOf(body)
      return typeof head === 'string' ? 1 : Math.max(1, head.count)
    },
    async open(records, generation) {
      const heads = records.map(({ arrival }) => headOf(arrival.delivery.data))
      const uses = records.flatMap(({ gatewayId }, i) => {
        const head = heads[i]
        return typeof head === 'object' ? [{ gatewayId, hash: head.table }] : []
      })
      const known = await tables.resolve(uses, generation)
      const opened: Opened<TelemetryContent>[] = []
      for (const [i, record] of records.entries()) {
        const head = heads[i] as UnpackedBatch | string
        if (typeof head === 'string') opened.push(undecodable(head, now()))
        else
          opened.push(
            openBatch(
              record,
              head,
              known.get(useKey({ gatewayId: record.gatewayId, hash: head.table })),
              now,
            ),
          )
        // Lets the bytes of the transaction that is under way go out.
        if (i % 16 === 15) await new Promise(setImmediate)
      }
      return opened
    },
    async store({ client }, records) {
      const batches: SampleBatch[] = []
      for (const { content, entry } of records) {
        if (content?.kind === 'batch') batches.push(content.batch)
        else if (content?.kind === 'parked') {
          await client.query(
            `INSERT INTO parked (gateway_id, lane, epoch, seq, table_hash, bytes) VALUES ($1, $2, $3, $4, $5, $6)`,
            [
              entry.gatewayId,
              laneCode(entry.lane),
              entry.epoch.toString(),
              entry.seq,
              Buffer.from(content.table, 'hex'),
              entry.body,
            ],
          )
        }
      }
      if (batches.length > 0) await store.write(client, batches, { now: now() })
    },
  }
}

export function openBatch(
  { arrival, gatewayId }: Registered,
  head: UnpackedBatch,
  table: GatewayTable | undefined,
  now: () => number,
): Opened<TelemetryContent> {
  const { base: at, count } = head
  if (!table) return { state: 'parked', at, rows: count, content: { kind: 'parked', table: head.table } }
  try {
    const batch = sampleBatch(head, { gatewayId, ...arrival.key }, table)
    return { state: 'stored', at, rows: count, content: { kind: 'batch', batch } }
  } catch (error) {
    if (isGanzhiError(error)) return undecodable(error.message, now())
    throw error
  }
}

export function sampleBatch(
  unpacked: UnpackedBatch,
  key: { gatewayId: number; epoch: string; seq: number },
  { table, seriesOfSlot, typeOfSlot, scaleOfSlot }: GatewayTable,
): SampleBatch {
  const { gatewayId, epoch, seq } = key
  return {
    gatewayId,
    epoch: epochToInt8(epoch),
    seq,
    seriesOfSlot,
    typeOfSlot,
    scaleOfSlot,
    rows: unpacked.decode(table),
  }
}

function unpackedOrReason(body: Uint8Array): UnpackedBatch | string {
  try {
    return unpackBatch(body)
  } catch (error) {
    if (isGanzhiError(error)) return error.message
    throw error
  }
}
