import type { ClientBase } from 'pg'
import { DAY_MS } from '../../series-store/retention.ts'
import { PARTITIONS } from '../live/partition-leases.ts'
import type { Turn } from '../live/partition-turn.ts'
import type { SavedStates } from '../live/state-rows.ts'

/** What is older than so much changes nothing any more. */
const KEPT_DAYS = 8

/** What all rules remembered of a device when the platform's time was `at`. */
export interface Checkpoint {
  readonly at: number
  /** How far the gateway was heard then; Infinity where that did not matter. */
  readonly heardAt: number
  readonly states: SavedStates
}

export interface CheckpointKey {
  readonly partition: number
  readonly gatewayId: number
  readonly device: string
}

/** In the first turn of a day: what is remembered then is kept, and what is older than `kept` is of no use any more. Not all have their days begin at once. */
export async function beginCheckpoint(
  tx: ClientBase,
  partition: number,
  { clock, checkpointAt }: Turn,
): Promise<{ readonly at: Date; readonly kept: Date } | undefined> {
  const day = (at: number): number => Math.floor(at / DAY_MS - partition / PARTITIONS)
  if (day(clock) <= day(checkpointAt)) return undefined
  const at = new Date(clock)
  // What is so old has one before it.
  const kept = new Date(clock - (KEPT_DAYS + 1) * DAY_MS)
  await tx.query('UPDATE rule_partition SET checkpoint_at = $2 WHERE id = $1', [partition, at])
  await tx.query('INSERT INTO rule_checkpoint (partition, at) VALUES ($1, $2)', [partition, at])
  await tx.query('DELETE FROM rule_checkpoint WHERE partition = $1 AND at < $2', [partition, kept])
  return { at, kept }
}

/** Keeps what a partition remembers, before its turn takes anything. */
export async function keepCheckpoint(tx: ClientBase, partition: number, turn: Turn): Promise<void> {
  const checkpoint = await beginCheckpoint(tx, partition, turn)
  if (!checkpoint) return
  await tx.query(
    `INSERT INTO rule_checkpoint_state (partition, at, gateway_id, device, states)
     SELECT $1, $2, gateway_id, device, states FROM rule_state WHERE gateway_id % ${PARTITIONS} = $1`,
    [partition, checkpoint.at],
  )
  await tx.query(
    `INSERT INTO rule_checkpoint_reach (partition, at, gateway_id, heard_at)
     SELECT $1, $2, gateway_id, heard_at FROM gateway_reach
     WHERE gateway_id % ${PARTITIONS} = $1 AND reached AND reports <> 'never'`,
    [partition, checkpoint.at],
  )
  await tx.query(
    `DELETE FROM device_attributes_before WHERE gateway_id % ${PARTITIONS} = $1 AND until < $2`,
    [partition, checkpoint.kept],
  )
}

/** The oldest first. */
export async function checkpointsOf(
  db: Pick<ClientBase, 'query'>,
  { partition, gatewayId, device }: CheckpointKey,
): Promise<Checkpoint[]> {
  const { rows } = await db.query<{ at: Date; heard_at: Date | null; states: string | null }>(
    `SELECT c.at, r.heard_at, s.states FROM rule_checkpoint c
     LEFT JOIN rule_checkpoint_reach r ON (r.partition, r.at, r.gateway_id) = (c.partition, c.at, $2)
     LEFT JOIN rule_checkpoint_state s ON (s.partition, s.at, s.gateway_id, s.device) = (c.partition, c.at, $2, $3)
     WHERE c.partition = $1 ORDER BY c.at`,
    [partition, gatewayId, device],
  )
  return rows.map(({ at, heard_at, states }) => ({
    at: at.getTime(),
    heardAt: heard_at?.getTime() ?? Infinity,
    states: states === null ? {} : (JSON.parse(states) as SavedStates),
  }))
}

/** So history that is run over again later begins with what is known now. */
export async function rewriteCheckpoints(
  tx: ClientBase,
  { partition, gatewayId, device }: CheckpointKey,
  checkpoints: readonly Checkpoint[],
): Promise<void> {
  if (checkpoints.length === 0) return
  await tx.query(
    `INSERT INTO rule_checkpoint_state (partition, at, gateway_id, device, states)
     SELECT $1, at, $2, $3, states FROM unnest($4::timestamptz[], $5::text[]) AS k (at, states)
     ON CONFLICT (partition, at, gateway_id, device) DO UPDATE SET states = excluded.states`,
    [
      partition,
      gatewayId,
      device,
      checkpoints.map(({ at }) => new Date(at)),
      checkpoints.map(({ states }) => JSON.stringify(states)),
    ],
  )
}
