import type { ClientBase } from 'pg'
import { type LedgerLane, laneCode, ledgerLaneFrom } from '../../ledger/codes.ts'
import { PARTITIONS } from './partition-leases.ts'

export interface RecordKey {
  readonly gatewayId: number
  readonly lane: LedgerLane
  /** As the signed number that the database holds. */
  readonly epoch: string
  readonly seq: number
}

/** A record that the ledger holds for good. */
export interface LedgerRecord extends RecordKey {
  /** Its name. */
  readonly gateway: string
  /** When it was made, ms since 1970 by the gateway's clock; when ingest took it in, by the database's. */
  readonly at: number
  readonly arrivedAt: number
  readonly size: number
  /** Else it was quarantined, and there is nothing in it for us. */
  readonly stored: boolean
}

const LANES = [laneCode('telemetry'), laneCode('events'), laneCode('derived')]
/** Keys that are looked up at once. */
export const MOST_RECORDS = 20_000

/**
 * Records of a partition that were not taken, in order of arrival. What waits for its point table is left for later: it
 * stays a hole in what was taken, as what has not come does.
 */
export async function untakenRecords(tx: ClientBase, partition: number): Promise<LedgerRecord[]> {
  const { rows } = await tx.query<RecordRow>({
    name: 'rule-untaken',
    text: UNTAKEN,
    values: [partition, LANES],
  })
  return rows.map(recordOf)
}

/** Records that were taken, but of which some values waited: their bytes are read again. */
export async function waitingRecords(tx: ClientBase, partition: number): Promise<LedgerRecord[]> {
  const { rows } = await tx.query<RecordRow>(WAITING, [partition])
  return rows.map(recordOf)
}

/** In the order of the records. */
export async function bodiesOf(tx: ClientBase, records: readonly RecordKey[]): Promise<Buffer[]> {
  const { rows } = await tx.query<{ bytes: Buffer }>({
    name: 'rule-bodies',
    text: `SELECT l.bytes FROM unnest($1::int4[], $2::int2[], $3::int8[], $4::int8[]) WITH ORDINALITY AS k (g, l, e, s, n)
           JOIN ledger l ON (l.gateway_id, l.lane, l.epoch, l.seq) = (g, k.l, e, s) ORDER BY n`,
    values: keyColumns(records),
  })
  return rows.map(({ bytes }) => bytes)
}

export function keyColumns(records: readonly RecordKey[]): unknown[] {
  return [
    records.map(({ gatewayId }) => gatewayId),
    records.map(({ lane }) => laneCode(lane)),
    records.map(({ epoch }) => epoch),
    records.map(({ seq }) => seq),
  ]
}

interface RecordRow {
  readonly gateway: string
  readonly gateway_id: number
  readonly lane: number
  readonly epoch: string
  readonly seq: string
  readonly at: number
  readonly arrived_at: number
  readonly size: number
  readonly state: number
}

function recordOf(row: RecordRow): LedgerRecord {
  return {
    gateway: row.gateway,
    gatewayId: row.gateway_id,
    lane: ledgerLaneFrom(row.lane),
    epoch: row.epoch,
    seq: Number(row.seq),
    at: row.at,
    arrivedAt: row.arrived_at,
    size: row.size,
    stored: row.state === 0,
  }
}

const COLUMNS = `g.name AS gateway, l.gateway_id, l.lane, l.epoch, l.seq, l.state, coalesce(octet_length(l.bytes), 0) AS size,
  floor(extract(epoch FROM l.at) * 1000)::float8 AS at, floor(extract(epoch FROM l.arrived_at) * 1000)::float8 AS arrived_at`

/** Each hole is a look into the index; the last one has no end. */
const UNTAKEN = `
SELECT ${COLUMNS}
FROM lane_progress p
JOIN gateway g ON g.id = p.gateway_id
LEFT JOIN rule_progress r USING (gateway_id, lane, epoch)
CROSS JOIN LATERAL unnest(int8multirange(int8range(1, NULL)) - coalesce(r.taken, '{}')) AS hole
JOIN LATERAL (
  SELECT * FROM ledger WHERE (gateway_id, lane, epoch) = (p.gateway_id, p.lane, p.epoch)
    AND seq >= lower(hole) AND seq < coalesce(upper(hole), 9223372036854775807) AND state <> 1
  ORDER BY seq LIMIT ${MOST_RECORDS}
) l ON true
WHERE p.gateway_id % ${PARTITIONS} = $1 AND p.lane = ANY ($2::int2[])
ORDER BY l.arrived_at, l.gateway_id, l.lane, l.epoch, l.seq LIMIT ${MOST_RECORDS}`

const WAITING = `
SELECT ${COLUMNS}
FROM rule_progress r
JOIN gateway g ON g.id = r.gateway_id
CROSS JOIN LATERAL unnest(r.waiting) AS span
JOIN ledger l ON (l.gateway_id, l.lane, l.epoch) = (r.gateway_id, r.lane, r.epoch)
  AND l.seq >= lower(span) AND l.seq < upper(span)
WHERE r.gateway_id % ${PARTITIONS} = $1 AND r.waiting <> '{}'
ORDER BY l.arrived_at, l.gateway_id, l.lane, l.epoch, l.seq`
