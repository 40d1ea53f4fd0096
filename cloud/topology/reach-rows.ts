import type { ClientBase } from 'pg'
import { PARTITIONS } from '../rules/live/partition-leases.ts'
import type { Reach, Unreached } from './reach.ts'

/** Spans that are open, or that some rule may still wait for. */
export const RECENT = "interval '2 days'"

export interface KnownReach {
  readonly gatewayId: number
  readonly gateway: string
  readonly reach: Reach
  /** The oldest first. */
  readonly spans: readonly Unreached[]
}

/** As the last turn of a partition left them, when the platform's time was `clock`. */
export async function readReaches(tx: ClientBase, partition: number, clock: number): Promise<KnownReach[]> {
  const { rows } = await tx.query<ReachRow>(
    `SELECT g.id, g.name, r.epoch, r.base, r.reached, r.reports, ${ms('r.heard_at')} AS heard, ${ms('g.last_status_at')} AS alive,
       (SELECT json_agg(json_build_object('from', ${ms('from_at')}, 'until', ${ms('until_at')}, 'silent', ${ms('silent_at')})
          ORDER BY from_at) FROM gateway_unreached u
        WHERE u.gateway_id = g.id AND (until_at IS NULL OR until_at > $2::timestamptz - ${RECENT})) AS spans
     FROM gateway_reach r JOIN gateway g ON g.id = r.gateway_id WHERE r.gateway_id % ${PARTITIONS} = $1`,
    [partition, new Date(clock)],
  )
  return rows.map(({ id, name, epoch, base, reached, reports, heard, alive, spans: told }) => {
    const spans = (told ?? []).map(spanOf)
    // What it said since it was lost has not been taken yet.
    const silentAt = reached ? undefined : spans.at(-1)?.silentAt
    const reach: Reach = {
      epoch,
      base: Number(base),
      heardAt: heard,
      completeAt: clock,
      aliveAt: silentAt ?? alive ?? clock,
      silentAt,
      // One that has said nothing yet has its time anew.
      ...(reports !== 'yes' && { unreported: { since: clock, reports } }),
    }
    return { gatewayId: id, gateway: name, reach, spans }
  })
}

export async function saveReaches(
  tx: ClientBase,
  changed: ReadonlyMap<number, Reach>,
  spans: ReadonlyMap<number, Unreached>,
  retentionDays: number,
): Promise<void> {
  const ids = [...changed.keys()]
  const reaches = [...changed.values()]
  if (ids.length > 0) {
    await tx.query({
      name: 'gateway-reach',
      text: `INSERT INTO gateway_reach (gateway_id, epoch, base, heard_at, reached, reports)
        SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::timestamptz[], $5::boolean[], $6::text[])
        ON CONFLICT (gateway_id) DO UPDATE SET epoch = excluded.epoch, base = excluded.base, heard_at = excluded.heard_at,
          reached = excluded.reached, reports = excluded.reports`,
      values: [
        ids,
        reaches.map(({ epoch }) => epoch),
        reaches.map(({ base }) => base),
        reaches.map(({ heardAt }) => new Date(heardAt)),
        reaches.map(({ silentAt }) => silentAt === undefined),
        reaches.map(({ unreported }) => unreported?.reports ?? 'yes'),
      ],
    })
  }
  if (spans.size === 0) return
  const gateways = [...spans.keys()]
  const times = [...spans.values()]
  const dateOf = (at: number | undefined): Date | null => (at === undefined ? null : new Date(at))
  await tx.query(
    `INSERT INTO gateway_unreached (gateway_id, from_at, until_at, silent_at)
     SELECT * FROM unnest($1::int4[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
     ON CONFLICT (gateway_id, from_at) DO UPDATE SET until_at = excluded.until_at`,
    [
      gateways,
      times.map(({ from }) => new Date(from)),
      times.map(({ until }) => dateOf(until)),
      times.map(({ silentAt }) => dateOf(silentAt)),
    ],
  )
  await tx.query(
    `DELETE FROM gateway_unreached WHERE gateway_id = ANY ($1::int4[]) AND until_at < now() - $2 * interval '1 day'`,
    [gateways, retentionDays],
  )
}

/** A time in ms since 1970, or null. */
export function ms(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8`
}

interface ReachRow {
  readonly id: number
  readonly name: string
  readonly epoch: string
  readonly base: string
  readonly reached: boolean
  readonly reports: 'yes' | 'not-yet' | 'never'
  readonly heard: number
  readonly alive: number | null
  readonly spans: readonly SpanRow[] | null
}

interface SpanRow {
  readonly from: number
  readonly until: number | null
  readonly silent: number | null
}

function spanOf({ from, until, silent }: SpanRow): Unreached {
  return { from, ...(until !== null && { until }), ...(silent !== null && { silentAt: silent }) }
}
