import type { ClientBase } from 'pg'
import { type RecordKey, keyColumns } from './ledger-records.ts'

/** Notes records as taken, each with whether values of it wait to be judged. */
export async function noteTaken(
  tx: ClientBase,
  taken: readonly RecordKey[],
  waiting: readonly RecordKey[],
): Promise<void> {
  if (taken.length === 0) return
  await tx.query({ name: 'rule-taken', text: TAKEN, values: keyColumns(taken) })
  if (waiting.length > 0) await tx.query({ name: 'rule-waiting', text: WAITING, values: keyColumns(waiting) })
}

/** Notes that all values of these records have been judged. */
export async function noteJudged(tx: ClientBase, judged: readonly RecordKey[]): Promise<void> {
  if (judged.length === 0) return
  await tx.query({ name: 'rule-judged', text: JUDGED, values: keyColumns(judged) })
}

const SEQS = `
WITH k AS (
  SELECT g, l, e, range_agg(int8range(s, s + 1)) AS seqs
  FROM unnest($1::int4[], $2::int2[], $3::int8[], $4::int8[]) AS k (g, l, e, s) GROUP BY g, l, e
)`

const TAKEN = `${SEQS}
INSERT INTO rule_progress AS p (gateway_id, lane, epoch, taken) SELECT g, l, e, seqs FROM k ORDER BY g, l, e
ON CONFLICT (gateway_id, lane, epoch) DO UPDATE SET taken = p.taken + excluded.taken`

const WAITING = `${SEQS}
UPDATE rule_progress p SET waiting = p.waiting + seqs FROM k WHERE (p.gateway_id, p.lane, p.epoch) = (g, l, e)`

const JUDGED = `${SEQS}
UPDATE rule_progress p SET waiting = p.waiting - seqs FROM k WHERE (p.gateway_id, p.lane, p.epoch) = (g, l, e)`
