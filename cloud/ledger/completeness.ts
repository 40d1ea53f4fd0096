// STAND-IN by (api), not committed: overwrite it with the real one.
import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import type { Pool } from 'pg'
import { epochFromInt8, laneFrom } from './codes.ts'

export interface LaneDay {
  readonly lane: Lane
  readonly epoch: Epoch
  readonly first: number
  readonly last: number
  readonly stored: number
  readonly expected: number
  readonly hash: string
  readonly missing: readonly { first: number; last: number; count: number; reasons: readonly string[] }[]
}

export async function completenessOf(
  pool: Pool,
  { gateway, day, zone }: { gateway: string; day: string; zone: string },
): Promise<LaneDay[]> {
  const { rows } = await pool.query<{
    lane: number
    epoch: string
    seqs: string[]
    gaps: [number, number, string][] | null
  }>(
    `SELECT l.lane, l.epoch, array_agg(l.seq ORDER BY l.seq) AS seqs,
       (SELECT json_agg(json_build_array(first_seq, last_seq, reason)) FROM gap WHERE gap.gateway_id = l.gateway_id AND gap.lane = l.lane AND gap.epoch = l.epoch) AS gaps
     FROM ledger l JOIN gateway g ON g.id = l.gateway_id
     WHERE g.name = $1 AND l.at >= $2::timestamp AT TIME ZONE $3 AND l.at < ($2::timestamp + interval '1 day') AT TIME ZONE $3
     GROUP BY l.gateway_id, l.lane, l.epoch`,
    [gateway, day, zone],
  )
  return rows.map(({ lane, epoch, seqs, gaps }) => {
    const all = seqs.map(Number)
    const missing = all.flatMap((seq, i) => {
      const before = all[i - 1]
      if (before === undefined || seq === before + 1) return []
      const [first, last] = [before + 1, seq - 1]
      const reasons = (gaps ?? []).filter(([a, b]) => a <= last && b >= first).map(([, , reason]) => reason)
      return [{ first, last, count: last - first + 1, reasons }]
    })
    const [first = 0, last = 0] = [all[0], all.at(-1)]
    return {
      lane: laneFrom(lane),
      epoch: epochFromInt8(epoch),
      first,
      last,
      stored: all.length,
      expected: last - first + 1,
      hash: '',
      missing,
    }
  })
}
