import { decodeEventsRecord } from '@ganzhi/contracts/event'
import type { PointTable } from '@ganzhi/contracts/point-table'
import { QUALITIES } from '@ganzhi/contracts/reading'
import { type UnpackedBatch, unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import type { ClientBase } from 'pg'
import { DAY_MS } from '../../series-store/retention.ts'
import { AHEAD_MS } from '../../series-store/write-batches.ts'
import { eventInputOf } from '../engine/event-input.ts'
import type { RuleInput } from '../engine/rule-input.ts'
import { type LedgerRecord, bodiesOf } from './ledger-records.ts'
import type { TableReader } from './table-reader.ts'

/** A value or an event of a device, where it stands among those of the same time. */
export interface DeviceInput {
  readonly device: string
  readonly input: RuleInput
  readonly record: LedgerRecord
  readonly position: number
}

export interface OpenOptions {
  readonly tables: TableReader
  /** Days that samples are kept. */
  readonly retentionDays: number
}

/** What rules get of these records. Values of a time that can't be true are not for them: ingest keeps these apart, too. */
export async function inputsOf(
  tx: ClientBase,
  records: readonly LedgerRecord[],
  { tables, retentionDays }: OpenOptions,
): Promise<DeviceInput[]> {
  const stored = records.filter(({ stored: isStored }) => isStored)
  const bodies = await bodiesOf(tx, stored)
  const batches = bodies.map((body, i) => (stored[i]?.lane === 'events' ? undefined : unpackBatch(body)))
  const known = await tables.read(
    tx,
    batches.flatMap((batch) => batch?.table ?? []),
  )
  return stored.flatMap((record, i) => {
    const batch = batches[i]
    const inputs = batch
      ? samplesOf(record, batch, known.get(batch.table) as PointTable)
      : eventsOf(record, bodies[i] as Buffer)
    const oldest = record.arrivedAt - retentionDays * DAY_MS
    const newest = record.arrivedAt + AHEAD_MS
    return inputs.filter(({ input: { at } }) => at >= oldest && at <= newest)
  })
}

function samplesOf(record: LedgerRecord, batch: UnpackedBatch, table: PointTable): DeviceInput[] {
  const rows = batch.decode(table)
  return Array.from(rows.at, (at, position) => {
    const { device, property } = table.points[rows.slots[position] as number] as PointTable['points'][number]
    const quality = QUALITIES[rows.quality[position] as number] ?? 'uncertain'
    return {
      device,
      record,
      position,
      input: { kind: 'sample', at, property, quality, value: rows.values[position] ?? null },
    }
  })
}

function eventsOf(record: LedgerRecord, body: Buffer): DeviceInput[] {
  const content = decodeEventsRecord(body)
  if (content.kind !== 'event') return []
  const { event } = content
  const input = eventInputOf(event, Date.parse(event.time))
  return [{ device: event.subject, record, position: 0, input }]
}

/** In order of time; those of the same time as the gateway numbered them. */
export function inOrder(a: DeviceInput, b: DeviceInput): number {
  return a.input.at - b.input.at || byKey(a.record, b.record) || a.position - b.position
}

function byKey(a: LedgerRecord, b: LedgerRecord): number {
  if (a.epoch !== b.epoch) return BigInt(a.epoch) < BigInt(b.epoch) ? -1 : 1
  if (a.lane !== b.lane) return a.lane < b.lane ? -1 : 1
  return a.seq - b.seq
}
