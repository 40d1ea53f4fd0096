import type { GatewayStatus } from '@ganzhi/contracts/status'
import { type Epoch } from '@ganzhi/contracts/record-key'
import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { inTransaction } from '../database/pool.ts'
import { epochFromInt8, epochToInt8, laneCode, laneFrom } from '../ledger/codes.ts'
import { nameGap } from '../ledger/gaps.ts'
import type { LaneOfGateway } from '../ledger/progress.ts'
import { registerGateways } from './register.ts'

export interface Said {
  readonly gateway: string
  readonly status: GatewayStatus
}

export interface StatusRules {
  readonly tailLostAfterMs: number
  readonly log: Logger
}

/** A status may overtake that of the run before it, between two ingest processes, by no more than this. */
const OVERTAKEN_BY = "interval '3 s'"

/**
 * Writes down each gateway's last status and how far its lanes were accepted. Answers with the lanes whose lost tails
 * were named by it.
 */
export async function takeStatuses(
  pool: Pool,
  said: readonly Said[],
  rules: StatusRules,
): Promise<LaneOfGateway[]> {
  if (said.length === 0) return []
  return inTransaction(pool, async (tx) => {
    const ids = await registerGateways(
      tx,
      said.map(({ gateway }) => gateway),
    )
    const sorted = said.toSorted((a, b) => (a.gateway < b.gateway ? -1 : 1))
    const named: LaneOfGateway[] = []
    for (const one of sorted)
      named.push(...(await takeStatus(tx, ids.get(one.gateway) as number, one, rules)))
    return named
  })
}

async function takeStatus(
  tx: PoolClient,
  gatewayId: number,
  { gateway, status }: Said,
  { tailLostAfterMs, log }: StatusRules,
): Promise<LaneOfGateway[]> {
  const epoch = epochToInt8(status.epoch).toString()
  await tx.query('UPDATE gateway SET last_status = $2, last_status_at = now() WHERE id = $1', [
    gatewayId,
    JSON.stringify(status),
  ])
  if (await spokeAgain(tx, gatewayId, epoch)) {
    log.warn({ gateway, epoch: status.epoch }, 'an earlier run of the gateway speaks again: a cloned disk')
  }
  const lost = await lostTails(tx, gatewayId, status, tailLostAfterMs)
  for (const tail of lost) {
    const gap = { ...tail, reason: 'tail-lost', at: Date.now() } as const
    if (await nameGap(tx, gatewayId, gap, 'cloud'))
      log.warn({ gateway, ...tail }, 'accepted records are lost')
  }
  await raiseHeads(tx, gatewayId, status)
  return lost.map(({ lane, epoch }) => ({ gateway, lane, epoch }))
}

/**
 * Every start of an agent has an epoch of its own, and only goes on while no later one has begun. A run that speaks
 * after a later one did shares its disk's history with it.
 */
async function spokeAgain(tx: PoolClient, gatewayId: number, epoch: string): Promise<boolean> {
  const { rows } = await tx.query<{ superseded: boolean }>(
    `INSERT INTO gateway_epoch (gateway_id, epoch) VALUES ($1, $2)
     ON CONFLICT (gateway_id, epoch) DO UPDATE SET last_seen = now()
     RETURNING superseded_at < now() - ${OVERTAKEN_BY} AS superseded`,
    [gatewayId, epoch],
  )
  if (rows[0]?.superseded) {
    const { rowCount } = await tx.query(
      `INSERT INTO identity_conflict (gateway_id, kind, epoch) VALUES ($1, 'epoch', $2) ON CONFLICT DO NOTHING`,
      [gatewayId, epoch],
    )
    return rowCount === 1
  }
  await tx.query(
    `UPDATE gateway_epoch SET superseded_at = now()
     WHERE gateway_id = $1 AND epoch <> $2 AND superseded_at IS NULL
       AND NOT EXISTS (SELECT FROM gateway_epoch WHERE gateway_id = $1 AND epoch = $2 AND superseded_at IS NOT NULL)`,
    [gatewayId, epoch],
  )
  return false
}

interface Tail {
  readonly lane: LaneOfGateway['lane']
  readonly epoch: Epoch
  readonly firstSeq: number
  readonly lastSeq: number
}

/**
 * An earlier run had told of records beyond those that its gateway still lists. While another run may be alive on
 * another disk, nothing is taken for lost.
 */
async function lostTails(
  tx: PoolClient,
  gatewayId: number,
  status: GatewayStatus,
  silentMs: number,
): Promise<Tail[]> {
  const { rows } = await tx.query<{ lane: number; epoch: string; listed: string; head: string }>(
    `SELECT p.lane, p.epoch, coalesce(k.head, 0) AS listed, p.head
     FROM gateway_epoch e
     JOIN lane_progress p USING (gateway_id, epoch)
     LEFT JOIN unnest($3::int2[], $4::int8[], $5::int8[]) k (lane, epoch, head) ON (k.lane, k.epoch) = (p.lane, p.epoch)
     WHERE e.gateway_id = $1 AND e.epoch <> $2 AND e.last_seen < now() - $6 * interval '1 ms'
       AND p.contiguous < p.head AND p.head > coalesce(k.head, 0)
       AND NOT EXISTS (SELECT FROM identity_conflict c
                       WHERE c.gateway_id = $1 AND kind = 'epoch' AND resolved_at IS NULL)`,
    [gatewayId, epochToInt8(status.epoch).toString(), ...headColumns(status), silentMs],
  )
  return rows.map(({ lane, epoch, listed, head }) => ({
    lane: laneFrom(lane),
    epoch: epochFromInt8(epoch),
    firstSeq: Number(listed) + 1,
    lastSeq: Number(head),
  }))
}

async function raiseHeads(tx: PoolClient, gatewayId: number, status: GatewayStatus): Promise<void> {
  await tx.query(
    `INSERT INTO lane_progress (gateway_id, lane, epoch, head)
     SELECT DISTINCT ON (lane, epoch) $1::int, lane, epoch, head
     FROM unnest($2::int2[], $3::int8[], $4::int8[]) k (lane, epoch, head) ORDER BY lane, epoch, head DESC
     ON CONFLICT (gateway_id, lane, epoch) DO UPDATE SET head = excluded.head WHERE lane_progress.head < excluded.head`,
    [gatewayId, ...headColumns(status)],
  )
}

function headColumns({ heads }: GatewayStatus): unknown[] {
  return [
    heads.map(({ lane }) => laneCode(lane)),
    heads.map(({ epoch }) => epochToInt8(epoch).toString()),
    heads.map(({ head }) => head),
  ]
}
