import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { withClient } from '../database/pool.ts'
import { partitionOf } from './ledger-day.ts'

export interface FoldOptions {
  /** Days of records are those of this zone. */
  readonly zone: string
  readonly log: Logger
  readonly signal?: AbortSignal
  /** A ledger day is folded when all of it is older. */
  readonly keepHours?: number
}

const FOLD_LOCK = 7_413_002

/** Folds the ledger days that are old enough. One process does, at a time. */
export async function foldLedger(pool: Pool, options: FoldOptions): Promise<string[]> {
  const { keepHours = 72, zone, log, signal } = options
  const { rows } = await pool.query<{ day: string }>(
    `SELECT day::text FROM (
       SELECT to_date(substr(relname, 8), 'YYYYMMDD') AS day
       FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'ledger'::regclass
     ) partitions
     WHERE (day + 1)::timestamp AT TIME ZONE 'UTC' <= now() - $1 * interval '1 hour'
       AND day < (SELECT day FROM ledger_day) ORDER BY day`,
    [keepHours],
  )
  const folded: string[] = []
  for (const { day } of rows) {
    const done = await withClient(pool, (client) => foldDay(client, day, zone), signal)
    if (!done) break
    log.info({ day }, 'a day of the ledger was folded')
    folded.push(day)
  }
  return folded
}

/**
 * No key is ever entered into an older day, so its partition can be read at leisure; whoever looks a key up finds it
 * in the partition before the commit and in the fold after it. False where another process is at it.
 */
async function foldDay(client: PoolClient, day: string, zone: string): Promise<boolean> {
  const partition = partitionOf(day)
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = '1s'`)
    const { rows } = await client.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_xact_lock(${FOLD_LOCK}) AND to_regclass($1) IS NOT NULL AS mine`,
      [partition],
    )
    const mine = rows[0]?.mine ?? false
    if (mine) {
      await client.query(MERGE.replace('PARTITION', partition), [zone])
      await client.query(RAISE.replace('PARTITION', partition))
      // Last, since it keeps everybody out until the commit.
      await client.query(`DROP TABLE ${partition}`)
    }
    await client.query('COMMIT')
    return mine
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** What the day adds, together with what the fold had of the same gateways, lanes, epochs and days of records. */
const MERGE = `
WITH fresh AS (
  SELECT gateway_id, lane, epoch, (at AT TIME ZONE $1)::date AS day, range_agg(int8range(seq, seq + 1)) AS seqs,
    bit_xor(ledger_hash_word(sha256, 0)) AS high, bit_xor(ledger_hash_word(sha256, 1)) AS low
  FROM PARTITION GROUP BY 1, 2, 3, 4
), earlier AS (
  DELETE FROM ledger_fold f USING fresh n
  WHERE (f.gateway_id, f.day, f.lane, f.epoch) = (n.gateway_id, n.day, n.lane, n.epoch)
  RETURNING f.gateway_id, f.lane, f.epoch, f.day,
    coalesce(f.ranges, int8multirange(int8range(f.first_seq, f.first_seq + f.n))) AS seqs,
    ledger_hash_part(f.hash, 0) AS high, ledger_hash_part(f.hash, 1) AS low
)
INSERT INTO ledger_fold (gateway_id, lane, epoch, day, first_seq, n, hash, ranges)
SELECT gateway_id, lane, epoch, day, lower(seqs), n, ledger_hash(high, low),
  CASE WHEN n < upper(seqs) - lower(seqs) THEN seqs END
FROM (
  SELECT gateway_id, lane, epoch, day, seqs, high, low,
    (SELECT sum(upper(r) - lower(r)) FROM unnest(seqs) r)::int AS n
  FROM (
    SELECT gateway_id, lane, epoch, day, bit_xor(high) AS high, bit_xor(low) AS low,
      range_agg(seqs) AS seqs
    FROM (SELECT * FROM fresh UNION ALL SELECT gateway_id, lane, epoch, day, seqs, high, low FROM earlier) parts
    GROUP BY gateway_id, lane, epoch, day
  ) merged
) counted ORDER BY gateway_id, day`

const RAISE = `
WITH highest AS (
  SELECT gateway_id, lane, epoch, max(seq) AS seq FROM PARTITION GROUP BY 1, 2, 3
), held AS (
  SELECT h.* FROM lane_progress p JOIN highest h USING (gateway_id, lane, epoch)
  WHERE p.folded_max < h.seq ORDER BY gateway_id, lane, epoch FOR UPDATE OF p
)
UPDATE lane_progress p SET folded_max = held.seq FROM held
WHERE (p.gateway_id, p.lane, p.epoch) = (held.gateway_id, held.lane, held.epoch)`
