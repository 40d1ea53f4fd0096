import type { GatewayStatus } from '@ganzhi/contracts/status'
import type { ClientBase } from 'pg'
import { epochToInt8, laneCode } from '../ledger/codes.ts'
import { PARTITIONS } from '../rules/live/partition-leases.ts'
import type { Circumstances, Reach, Report } from './reach.ts'
import { ms } from './reach-rows.ts'

/** Transactions of ingest may commit in another order than they began, by no more than this. */
const OUT_OF_ORDER_MS = 3_000

export interface GatewayReport {
  readonly gatewayId: number
  readonly gateway: string
  readonly report: Report
}

/** What gateways of a partition said after `since`, by the platform's clock; `known` tells of when a report is known already. */
export async function readReports(
  tx: ClientBase,
  partition: number,
  since: number,
  known: (gatewayId: number) => number | undefined,
): Promise<GatewayReport[]> {
  const { rows } = await tx.query<{ id: number; at: number }>({
    name: 'gateway-reported',
    text: `SELECT id, floor(${ms('last_status_at')}) AS at FROM gateway
           WHERE id % ${PARTITIONS} = $1 AND last_status_at > to_timestamp($2::float8 / 1000)`,
    values: [partition, Math.max(0, since - OUT_OF_ORDER_MS)],
  })
  const fresh = rows.filter(({ id, at }) => at !== known(id)).map(({ id }) => id)
  if (fresh.length === 0) return []
  const reports = await tx.query<{ id: number; name: string; status: GatewayStatus; at: number }>({
    name: 'gateway-reports',
    text: `SELECT id, name, last_status AS status, floor(${ms('last_status_at')}) AS at FROM gateway WHERE id = ANY ($1::int4[])`,
    values: [fresh],
  })
  return reports.rows.map(({ id, name, status, at }) => ({
    gatewayId: id,
    gateway: name,
    report: reportOf(status, at),
  }))
}

function reportOf({ phase, at, epoch, heads, links }: GatewayStatus, arrivedAt: number): Report {
  const head = heads.find((each) => each.lane === 'telemetry' && each.epoch === epoch)?.head ?? 0
  return { epoch: epochToInt8(epoch).toString(), head, saidAt: at, arrivedAt, dies: phase === 'death', links }
}

/** Of each gateway, up to which seq from its base on rules have taken all records of its run. */
export async function readComplete(
  tx: ClientBase,
  reaches: ReadonlyMap<number, Pick<Reach, 'epoch' | 'base'>>,
): Promise<Map<number, number>> {
  if (reaches.size === 0) return new Map()
  const { rows } = await tx.query<{ id: number; complete: string }>({
    name: 'gateway-complete',
    text: `SELECT id, coalesce((SELECT upper(r) - 1 FROM unnest(p.taken) r WHERE r @> base + 1), base) AS complete
           FROM unnest($1::int4[], $2::int8[], $3::int8[]) AS k (id, epoch, base)
           LEFT JOIN rule_progress p ON (p.gateway_id, p.lane, p.epoch) = (k.id, $4::int2, k.epoch)`,
    values: [
      [...reaches.keys()],
      [...reaches.values()].map(({ epoch }) => epoch),
      [...reaches.values()].map(({ base }) => base),
      laneCode('telemetry'),
    ],
  })
  return new Map(rows.map(({ id, complete }) => [id, Number(complete)]))
}

export async function readListening(tx: ClientBase): Promise<Circumstances['listening']> {
  const { rows } = await tx.query<Circumstances['listening']>({
    name: 'listening',
    text: `SELECT ${ms('since')} AS since, ${ms('until')} AS until FROM listening`,
  })
  return rows[0] ?? { since: 0, until: 0 }
}
