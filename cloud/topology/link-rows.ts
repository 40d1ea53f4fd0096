import type { ClientBase } from 'pg'
import { PARTITIONS } from '../rules/live/partition-leases.ts'
import type { LinkUnreached } from './links.ts'
import { RECENT, ms } from './reach-rows.ts'

/** Of gateways by their ids; the oldest first. */
export async function readLinks(
  tx: ClientBase,
  partition: number,
  clock: number,
): Promise<Map<number, LinkUnreached[]>> {
  const { rows } = await tx.query<LinkRow>(
    `SELECT gateway_id, link, ${ms('from_at')} AS from, ${ms('until_at')} AS until, devices FROM link_unreached
     WHERE gateway_id % ${PARTITIONS} = $1 AND (until_at IS NULL OR until_at > $2::timestamptz - ${RECENT}) ORDER BY from_at`,
    [partition, new Date(clock)],
  )
  const links = new Map<number, LinkUnreached[]>()
  for (const { gateway_id: id, until, ...row } of rows) {
    const spans = links.get(id) ?? []
    spans.push({ ...row, ...(until !== null && { until }) })
    links.set(id, spans)
  }
  return links
}

export async function saveLinks(
  tx: ClientBase,
  changed: ReadonlyMap<number, readonly LinkUnreached[]>,
  retentionDays: number,
): Promise<void> {
  if (changed.size === 0) return
  const spans = [...changed].flatMap(([gatewayId, links]) => links.map((link) => ({ ...link, gatewayId })))
  await tx.query(
    `INSERT INTO link_unreached (gateway_id, link, from_at, until_at, devices)
     SELECT g, link, from_at, until_at, ARRAY(SELECT json_array_elements_text(devices))
     FROM unnest($1::int4[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::json[]) k (g, link, from_at, until_at, devices)
     ON CONFLICT (gateway_id, link, from_at) DO UPDATE SET until_at = excluded.until_at`,
    [
      spans.map(({ gatewayId }) => gatewayId),
      spans.map(({ link }) => link),
      spans.map(({ from }) => new Date(from)),
      spans.map(({ until }) => (until === undefined ? null : new Date(until))),
      spans.map(({ devices }) => JSON.stringify(devices)),
    ],
  )
  await tx.query(
    `DELETE FROM link_unreached WHERE gateway_id = ANY ($1::int4[]) AND until_at < now() - $2 * interval '1 day'`,
    [[...changed.keys()], retentionDays],
  )
}

interface LinkRow {
  readonly gateway_id: number
  readonly link: string
  readonly from: number
  readonly until: number | null
  readonly devices: readonly string[]
}
