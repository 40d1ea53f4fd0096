import { MAX_HOLES, type LaneReceipt } from '@ganzhi/contracts/receipt'
import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import { epochFromInt8, epochToInt8, laneCode, laneFrom } from './codes.ts'

export interface LaneOfGateway {
  readonly gateway: string
  readonly lane: Lane
  readonly epoch: Epoch
}

export type LaneProgress = LaneOfGateway & Pick<LaneReceipt, 'contiguous' | 'holes' | 'top'>

/** So many records above the contiguous ones are looked at; what is beyond waits until holes are filled. */
const LOOK_AHEAD = 50_000

/**
 * What is stored or named of these lanes, in a snapshot of its own: call it after the commit. It goes on from the last
 * resting point and moves it up, in one transaction, so that what one database holds is never told of another.
 * Gateways go by name for the same reason. Lanes that were never heard of are left out.
 */
export async function readProgress(pool: Pool, lanes: readonly LaneOfGateway[]): Promise<LaneProgress[]> {
  const client = await pool.connect()
  const ignore = (): void => {}
  client.on('error', ignore)
  let sound = false
  try {
    // Losing a resting point costs a longer look, so its commit need not be waited for.
    await client.query('BEGIN; SET LOCAL synchronous_commit = off')
    const { rows } = await client.query<ProgressRow>({
      name: 'read-progress',
      text: READ_PROGRESS,
      values: [
        lanes.map(({ gateway }) => gateway),
        lanes.map(({ lane }) => laneCode(lane)),
        lanes.map(({ epoch }) => epochToInt8(epoch).toString()),
      ],
    })
    const moved = rows.filter((row) => Number(row.contiguous) > Number(row.rested))
    if (moved.length > 0) await client.query(MOVE_UP, columnsOf(moved))
    await client.query('COMMIT')
    sound = true
    return rows.map(fromRow)
  } finally {
    client.off('error', ignore)
    client.release(!sound)
  }
}

interface ProgressRow {
  readonly gateway: string
  readonly gateway_id: number
  readonly lane: number
  readonly epoch: string
  readonly rested: string
  readonly contiguous: string
  readonly top: string
  /** Lowest first; one more than are told, where there are so many. */
  readonly holes: [number, number][] | null
}

function fromRow(row: ProgressRow): LaneProgress {
  const holes = row.holes ?? []
  const beyond = holes[MAX_HOLES]
  return {
    gateway: row.gateway,
    lane: laneFrom(row.lane),
    epoch: epochFromInt8(row.epoch),
    contiguous: Number(row.contiguous),
    holes: holes.slice(0, MAX_HOLES),
    top: beyond ? beyond[0] - 1 : Number(row.top),
  }
}

const READ_PROGRESS = `
SELECT gateway, gateway_id, lane, epoch, rested,
  (SELECT upper(r) - 1 FROM unnest(covered) r LIMIT 1) AS contiguous,
  upper(covered) - 1 AS top,
  (SELECT json_agg(json_build_array(lower(h), upper(h) - 1))
   FROM (SELECT h FROM unnest(int8multirange(int8range(0, upper(covered))) - covered) h LIMIT ${MAX_HOLES + 1}) lowest
  ) AS holes
FROM (
  SELECT k.gateway, p.gateway_id, p.lane, p.epoch, p.contiguous AS rested,
    (int8multirange(int8range(0, p.contiguous, '[]')) + coalesce(ledger.seqs, '{}') + coalesce(fold.seqs, '{}')
      - coalesce(conflict.seqs, '{}') + coalesce(gap.seqs, '{}')) * int8multirange(int8range(0, ledger.limit_at, '[]')) AS covered
  FROM unnest($1::text[], $2::int2[], $3::int8[]) AS k (gateway, lane, epoch)
  JOIN gateway g ON g.name = k.gateway
  JOIN lane_progress p ON (p.gateway_id, p.lane, p.epoch) = (g.id, k.lane, k.epoch)
  CROSS JOIN LATERAL (
    SELECT range_agg(int8range(seq, seq + 1)) AS seqs, CASE WHEN count(*) = ${LOOK_AHEAD} THEN max(seq) END AS limit_at
    FROM (SELECT seq FROM ledger l WHERE (l.gateway_id, l.lane, l.epoch) = (p.gateway_id, p.lane, p.epoch)
            AND seq > p.contiguous ORDER BY seq LIMIT ${LOOK_AHEAD}) ahead
  ) ledger
  LEFT JOIN LATERAL (
    SELECT range_agg(coalesce(ranges, int8multirange(int8range(first_seq, first_seq + n)))) AS seqs FROM ledger_fold f
    WHERE p.folded_max > p.contiguous AND (f.gateway_id, f.lane, f.epoch) = (p.gateway_id, p.lane, p.epoch)
  ) fold ON true
  LEFT JOIN LATERAL (
    SELECT range_agg(int8range(seq, seq + 1)) AS seqs FROM identity_conflict c
    WHERE (c.gateway_id, c.lane, c.epoch) = (p.gateway_id, p.lane, p.epoch) AND seq > p.contiguous
      AND kind = 'hash' AND resolved_at IS NULL
  ) conflict ON true
  LEFT JOIN LATERAL (
    SELECT range_agg(int8range(first_seq, last_seq, '[]')) AS seqs FROM gap
    WHERE (gap.gateway_id, gap.lane, gap.epoch) = (p.gateway_id, p.lane, p.epoch) AND last_seq > p.contiguous
  ) gap ON true
) progress`

/** Whoever holds one of these rows is moving it up as well, so nobody waits. */
const MOVE_UP = `
WITH k AS (
  SELECT * FROM unnest($1::int4[], $2::int2[], $3::int8[], $4::int8[]) AS k (gateway_id, lane, epoch, contiguous)
), held AS (
  SELECT k.* FROM lane_progress p JOIN k USING (gateway_id, lane, epoch)
  WHERE p.contiguous < k.contiguous FOR UPDATE OF p SKIP LOCKED
)
UPDATE lane_progress p SET contiguous = held.contiguous FROM held
WHERE (p.gateway_id, p.lane, p.epoch) = (held.gateway_id, held.lane, held.epoch)`

function columnsOf(rows: readonly ProgressRow[]): unknown[] {
  return [
    rows.map((row) => row.gateway_id),
    rows.map((row) => row.lane),
    rows.map((row) => row.epoch),
    rows.map((row) => row.contiguous),
  ]
}

/** Point tables that the batches parked for these gateways wait for. */
export async function readNeed(pool: Pool, gateways: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await pool.query<{ name: string; need: string[] }>(
    `SELECT name, need FROM gateway g CROSS JOIN LATERAL (
       SELECT array_agg(encode(table_hash, 'hex')) AS need
       FROM (SELECT DISTINCT table_hash FROM parked WHERE gateway_id = g.id LIMIT 256) waited
     ) n WHERE g.name = ANY ($1::text[]) AND need IS NOT NULL`,
    [gateways],
  )
  return new Map(rows.map(({ name, need }) => [name, need]))
}
