import type { GapRecord } from '@ganzhi/contracts/gap'
import type { ClientBase } from 'pg'
import { lockGateways } from '../database/gateway-lock.ts'
import { epochToInt8, laneCode } from './codes.ts'
import { type LedgerEntry, keyColumns, secondsInCalendar } from './ledger.ts'

/** Seqs of a lane of an epoch that the ledger, or what is left of it, has. $1 gateway, $2 lane, $3 epoch, $4 to $5. */
const PRESENT = `
  coalesce((SELECT range_agg(int8range(seq, seq + 1)) FROM ledger
            WHERE (gateway_id, lane, epoch) = ($1, $2, $3) AND seq BETWEEN $4 AND $5), '{}')
  + coalesce((SELECT range_agg(coalesce(ranges, int8multirange(int8range(first_seq, first_seq + n)))) FROM ledger_fold
              WHERE (gateway_id, lane, epoch) = ($1, $2, $3)), '{}')`

/**
 * Names records as missing, but for those that are there or were named before. Those parked for a table that nobody
 * has any more are there and still can't be read, so these it does name. False when there was nothing to name.
 */
export async function nameGap(
  tx: ClientBase,
  gatewayId: number,
  gap: Omit<GapRecord, 'kind' | 'count'>,
  source: 'edge' | 'cloud',
): Promise<boolean> {
  // Not while its records are being entered: neither would see the other, and one would be stored and named as missing.
  await lockGateways(tx, { of: 'records', gatewayIds: [gatewayId] })
  const range = [gatewayId, laneCode(gap.lane), epochToInt8(gap.epoch).toString(), gap.firstSeq, gap.lastSeq]
  const given = gap.reason === 'table-lost' ? await giveUpParked(tx, range) : '{}'
  const { rowCount } = await tx.query(
    `INSERT INTO gap (gateway_id, lane, epoch, first_seq, last_seq, reason, source, at)
     SELECT $1, $2, $3, lower(r), upper(r) - 1, $6, $7, to_timestamp($8)
     FROM unnest(int8multirange(int8range($4, $5, '[]')) - (${PRESENT} - $9::int8multirange)
       - coalesce((SELECT range_agg(int8range(first_seq, last_seq, '[]')) FROM gap
                   WHERE (gateway_id, lane, epoch) = ($1, $2, $3) AND last_seq >= $4), '{}')) r`,
    [...range, gap.reason, source, secondsInCalendar(gap.at), given],
  )
  return Boolean(rowCount)
}

/** Moves the batches of the range that wait for a table into quarantine; answers with their seqs as a multirange. */
async function giveUpParked(tx: ClientBase, range: readonly unknown[]): Promise<string> {
  const { rows } = await tx.query<{ seqs: string }>(
    `WITH given AS (
       DELETE FROM parked WHERE (gateway_id, lane, epoch) = ($1, $2, $3) AND seq BETWEEN $4 AND $5 RETURNING *
     ), marked AS (
       UPDATE ledger l SET state = 2 FROM given g
       WHERE (l.gateway_id, l.lane, l.epoch, l.seq) = (g.gateway_id, g.lane, g.epoch, g.seq)
     ), kept AS (
       INSERT INTO quarantine (gateway, subject, headers, body, reason)
       SELECT name, 'gz.v1.' || name || '.telemetry', json_build_object('seq', seq), bytes, 'its point table is lost'
       FROM given JOIN gateway ON gateway.id = gateway_id
     )
     SELECT coalesce(range_agg(int8range(seq, seq + 1)), '{}')::text AS seqs FROM given`,
    [...range],
  )
  return rows[0]?.seqs ?? '{}'
}

/** What was named as missing and came after all is no longer missing. */
export async function cutFromGaps(tx: ClientBase, entered: readonly LedgerEntry[]): Promise<void> {
  if (entered.length === 0) return
  await tx.query({
    name: 'cut-from-gaps',
    text: `WITH came AS (
        SELECT * FROM unnest($1::int4[], $2::int2[], $3::int8[], $4::int8[]) AS k (g, l, e, s)
      ), hit AS (
        DELETE FROM gap USING came WHERE (gateway_id, lane, epoch) = (g, l, e) AND s BETWEEN first_seq AND last_seq
        RETURNING gap.*
      )
      INSERT INTO gap (gateway_id, lane, epoch, first_seq, last_seq, reason, source, at, arrived_at)
      SELECT gateway_id, lane, epoch, lower(r), upper(r) - 1, reason, source, at, arrived_at
      FROM hit, unnest(int8multirange(int8range(first_seq, last_seq, '[]')) - (
        SELECT range_agg(int8range(s, s + 1)) FROM came WHERE (g, l, e) = (gateway_id, lane, epoch))) r`,
    values: keyColumns(entered),
  })
}
