import { decodeEventsRecord } from '@ganzhi/contracts/event'
import { decodePointTable, type PointTable } from '@ganzhi/contracts/point-table'
import { QUALITIES, type Value as Read } from '@ganzhi/contracts/reading'
import { unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import type pg from 'pg'

import { laneOfCode } from '../faults/oracle/stored-codes.ts'
import type { Input, Value } from '../rules/cases/rule-case.ts'

export interface AcceptedInput {
  /** `gateway/device`, or a gateway. */
  readonly device: string
  readonly input: Input
}

/** All that the ledger holds, from its bytes, as the gateways numbered it. */
export async function acceptedInputs(database: pg.ClientBase): Promise<AcceptedInput[]> {
  const tables = await readTables(database)
  const { rows } = await database.query<LedgerRow>(`
    SELECT g.name AS gateway, l.lane, l.bytes FROM ledger l JOIN gateway g ON g.id = l.gateway_id
    WHERE l.state = 0 AND l.bytes IS NOT NULL ORDER BY g.name, l.epoch, l.lane, l.seq`)
  return rows.flatMap((row) => {
    const lane = laneOfCode(row.lane)
    if (lane === 'telemetry') return samplesOf(row, tables)
    return lane === 'events' ? eventsOf(row) : []
  })
}

interface LedgerRow {
  readonly gateway: string
  readonly lane: number
  readonly bytes: Buffer
}

async function readTables(database: pg.ClientBase): Promise<Map<string, PointTable>> {
  const { rows } = await database.query<{ hash: string; bytes: Buffer }>(
    `SELECT encode(hash, 'hex') AS hash, bytes FROM point_table`,
  )
  return new Map(rows.map(({ hash, bytes }) => [hash, decodePointTable(bytes)]))
}

function samplesOf({ gateway, bytes }: LedgerRow, tables: ReadonlyMap<string, PointTable>): AcceptedInput[] {
  const batch = unpackBatch(bytes)
  const table = tables.get(batch.table)
  if (!table) throw new Error(`a batch of ${gateway} is stored without its point table ${batch.table}`)
  const { at, slots, values, quality } = batch.decode(table)
  return Array.from(at, (time, i) => {
    const point = table.points[slots[i] ?? -1]
    if (!point) throw new Error(`a batch of ${gateway} has a value of no point`)
    const input = {
      kind: 'sample' as const,
      at: time,
      property: point.property,
      value: plain(values[i] ?? null),
      quality: QUALITIES[quality[i] ?? -1] ?? 'uncertain',
    }
    return { device: `${gateway}/${point.device}`, input }
  })
}

function plain(value: Read): Value {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value
  return null
}

function eventsOf({ gateway, bytes }: LedgerRow): AcceptedInput[] {
  const record = decodeEventsRecord(bytes)
  if (record.kind !== 'event') return []
  const { type, subject, time, incident } = record.event
  const [, name = '', phase = ''] = /^(.+)\.(started|updated|ended)$/.exec(type) ?? []
  return [
    {
      device: `${gateway}/${subject}`,
      input: {
        kind: 'event',
        at: Date.parse(time),
        type: name,
        phase: phase as 'started' | 'updated' | 'ended',
        incident,
      },
    },
  ]
}
