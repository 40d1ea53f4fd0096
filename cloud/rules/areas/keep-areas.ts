import type { ClientBase } from 'pg'
import { beginCheckpoint } from '../late/checkpoints.ts'
import { DAY_MS } from '../../series-store/retention.ts'
import type { Turn } from '../live/partition-turn.ts'
import { AREAS } from '../live/partition-leases.ts'

/** What an area's rule remembered when the platform's time was `at`. */
export interface AreaCheckpoint {
  readonly at: number
  readonly state: string | null
}

/** Keeps what is remembered of areas, in the first turn of a day, before that takes anything. */
export async function keepAreas(tx: ClientBase, turn: Turn): Promise<void> {
  const checkpoint = await beginCheckpoint(tx, AREAS, turn)
  if (!checkpoint) return
  await tx.query(
    `INSERT INTO rule_checkpoint_area (at, rule, version, area, state) SELECT $1, rule, version, area, state FROM rule_area_state`,
    [checkpoint.at],
  )
  // A checkpoint is of what was judged by then, which is older by what a rule waits for late values: a day at most.
  const old = [new Date(checkpoint.kept.getTime() - DAY_MS)]
  await tx.query('DELETE FROM rule_meeting WHERE left_at < $1', old)
  await tx.query('DELETE FROM rule_area_event WHERE at < $1', old)
  await tx.query('DELETE FROM device_area_before WHERE until < $1', old)
}

/** The oldest first. */
export async function areaCheckpoints(
  tx: ClientBase,
  { rule, version, area }: { readonly rule: string; readonly version: number; readonly area: string },
): Promise<AreaCheckpoint[]> {
  const { rows } = await tx.query<{ at: Date; state: string | null }>(
    `SELECT c.at, s.state FROM rule_checkpoint c
     LEFT JOIN rule_checkpoint_area s ON (s.rule, s.version, s.area, s.at) = ($2, $3, $4, c.at)
     WHERE c.partition = $1 ORDER BY c.at`,
    [AREAS, rule, version, area],
  )
  return rows.map(({ at, state }) => ({ at: at.getTime(), state }))
}

/** So what is judged again later begins with what is known now. */
export async function rewriteAreaCheckpoints(
  tx: ClientBase,
  { rule, version, area }: { readonly rule: string; readonly version: number; readonly area: string },
  checkpoints: readonly AreaCheckpoint[],
): Promise<void> {
  if (checkpoints.length === 0) return
  const key = [rule, version, area, checkpoints.map(({ at }) => new Date(at))]
  await tx.query(
    'DELETE FROM rule_checkpoint_area WHERE (rule, version, area) = ($1, $2, $3) AND at = ANY ($4::timestamptz[])',
    key,
  )
  await tx.query(
    `INSERT INTO rule_checkpoint_area (rule, version, area, at, state) SELECT $1, $2, $3, at, state
     FROM unnest($4::timestamptz[], $5::text[]) AS k (at, state) WHERE state IS NOT NULL`,
    [...key, checkpoints.map(({ state }) => state)],
  )
}
