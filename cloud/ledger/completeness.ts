import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import { epochFromInt8, laneCode, laneFrom } from './codes.ts'

export interface CompletenessQuery {
  readonly gateway: string
  /** YYYY-MM-DD */
  readonly from: string
  /** Inclusive. */
  readonly to: string
  /** IANA name of the zone whose days they are. */
  readonly zone: string
}

export interface MissingRecords {
  readonly first: number
  readonly last: number
  readonly count: number
  /** Of the gap records that name them; none where they have not come and nobody says why. */
  readonly reasons: readonly string[]
}

/** What a gateway accepted on a day by the records' own time, in one lane of one epoch. */
export interface LaneDay {
  /** YYYY-MM-DD */
  readonly day: string
  readonly lane: Lane
  readonly epoch: Epoch
  /** Lowest and highest seq of the day; 0 where there is none. */
  readonly first: number
  readonly last: number
  readonly stored: number
  /** `stored` and what is missing: "n of n" when they are equal. */
  readonly expected: number
  /** Exclusive or of the halves of the records' sha256, 32 hex digits: whoever has the records can compute it. */
  readonly hash: string
  readonly missing: readonly MissingRecords[]
}

/**
 * Is it complete? Over what is folded and what is not alike. A missing record has no time; it counts for the day of
 * the record that follows it in its epoch, at the end for that of the one before.
 */
export async function completenessOfDays(
  pool: Pool,
  { gateway, from, to, zone }: CompletenessQuery,
): Promise<LaneDay[]> {
  const { rows } = await pool.query<LaneDayRow>(COMPLETENESS, [gateway, from, zone, to])
  return rows.map(({ day, lane, epoch, first, last, stored, hash, missing }) => ({
    day,
    lane: laneFrom(lane),
    epoch: epochFromInt8(epoch),
    first: Number(first),
    last: Number(last),
    stored: Number(stored),
    expected: Number(stored) + missing.reduce((sum, { count }) => sum + count, 0),
    hash,
    missing,
  }))
}

interface LaneDayRow {
  readonly day: string
  readonly lane: number
  readonly epoch: string
  readonly first: string
  readonly last: string
  readonly stored: string
  readonly hash: string
  readonly missing: MissingRecords[]
}

/** No gateway accepted that. */
const DERIVED = laneCode('derived')

const COMPLETENESS = `
WITH records AS (
  SELECT lane, epoch, (at AT TIME ZONE $3)::date AS day, range_agg(int8range(seq, seq + 1)) AS seqs, count(*) AS n,
    bit_xor(ledger_hash_word(sha256, 0)) AS high, bit_xor(ledger_hash_word(sha256, 1)) AS low
  FROM ledger WHERE gateway_id = (SELECT id FROM gateway WHERE name = $1) AND lane <> ${DERIVED} GROUP BY 1, 2, 3
  UNION ALL
  SELECT lane, epoch, day, coalesce(ranges, int8multirange(int8range(first_seq, first_seq + n))), n,
    ledger_hash_part(hash, 0), ledger_hash_part(hash, 1)
  FROM ledger_fold WHERE gateway_id = (SELECT id FROM gateway WHERE name = $1) AND lane <> ${DERIVED}
), lanes AS (
  SELECT p.lane, p.epoch, (p.first_seen AT TIME ZONE $3)::date AS first_day, coalesce(covered, '{}') AS covered,
    greatest(p.head, upper(covered) - 1,
      (SELECT max(last_seq) FROM gap WHERE (gateway_id, lane, epoch) = (p.gateway_id, p.lane, p.epoch))) AS top
  FROM lane_progress p
  LEFT JOIN (SELECT lane, epoch, range_agg(seqs) AS covered FROM records GROUP BY 1, 2) c USING (lane, epoch)
  WHERE p.gateway_id = (SELECT id FROM gateway WHERE name = $1) AND p.lane <> ${DERIVED}
), missing AS (
  SELECT lane, epoch, m, coalesce(
      (SELECT r.day FROM records r WHERE (r.lane, r.epoch) = (l.lane, l.epoch) AND r.seqs @> upper(m) LIMIT 1),
      (SELECT r.day FROM records r WHERE (r.lane, r.epoch) = (l.lane, l.epoch) AND r.seqs @> lower(m) - 1 LIMIT 1),
      first_day) AS day
  FROM lanes l, unnest(int8multirange(int8range(1, coalesce(top, 0) + 1)) - covered) m
), named AS (
  SELECT m.lane, m.epoch, m.day, m.m * int8range(first_seq, last_seq, '[]') AS m, reason
  FROM missing m JOIN gap g ON g.gateway_id = (SELECT id FROM gateway WHERE name = $1)
    AND (g.lane, g.epoch) = (m.lane, m.epoch) AND int8range(first_seq, last_seq, '[]') && m.m
), told AS (
  SELECT lane, epoch, day, m, array_agg(DISTINCT reason) AS reasons FROM named GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT lane, epoch, day, unnest(int8multirange(m) - coalesce(
      (SELECT range_agg(n.m) FROM named n WHERE (n.lane, n.epoch) = (missing.lane, missing.epoch)), '{}')), '{}'
  FROM missing
)
SELECT d.day::text, lane, epoch,
  coalesce(min(lower(seqs)), 0) AS first, coalesce(max(upper(seqs) - 1), 0) AS last, coalesce(sum(n), 0) AS stored,
  replace(ledger_hash(coalesce(bit_xor(high), 0), coalesce(bit_xor(low), 0))::text, '-', '') AS hash,
  (SELECT coalesce(json_agg(json_build_object('first', lower(m), 'last', upper(m) - 1, 'count', upper(m) - lower(m),
                                              'reasons', reasons) ORDER BY lower(m)), '[]')
   FROM told WHERE (told.lane, told.epoch, told.day) = (d.lane, d.epoch, d.day)) AS missing
FROM (SELECT lane, epoch, day FROM records UNION SELECT lane, epoch, day FROM missing) d
LEFT JOIN records USING (lane, epoch, day)
WHERE d.day BETWEEN $2::date AND $4::date
GROUP BY d.day, lane, epoch ORDER BY d.day, lane, min(lower(seqs)), epoch`
