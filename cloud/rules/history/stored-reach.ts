import type { ClientBase } from 'pg'
import type { Span } from '../../series-store/series-store.ts'
import { reachInputs } from '../../topology/hearing.ts'
import type { LinkUnreached } from '../../topology/links.ts'
import type { Unreached } from '../../topology/reach.ts'
import { ms } from '../../topology/reach-rows.ts'
import { ITSELF, linkOf } from '../../topology/target-name.ts'
import type { ReachInput } from '../engine/rule-input.ts'
import type { StoredDevice } from './stored-events.ts'

/**
 * Since when these devices, gateways and links were not heard of, and from when on they were again: of each in order of time. Of a
 * device that is so while its gateway or its link is. Records that stay away make devices unknown, and are no silence of the gateway.
 */
export async function storedReach(
  db: Pick<ClientBase, 'query'>,
  targets: readonly StoredDevice[],
  { from, to }: Span,
): Promise<(target: StoredDevice) => readonly ReachInput[]> {
  const within = [[...new Set(targets.map(({ gatewayId }) => gatewayId))], new Date(from), new Date(to)]
  const gateways = await db.query<GatewayRow>(
    `SELECT gateway_id, ${ms('from_at')} AS from, ${ms('until_at')} AS until, ${ms('silent_at')} AS silent FROM gateway_unreached
     WHERE gateway_id = ANY ($1::int4[]) AND least(from_at, silent_at) < $3 AND (until_at IS NULL OR until_at > $2)`,
    within,
  )
  const links = await db.query<LinkRow>(
    `SELECT gateway_id, ${ms('from_at')} AS from, ${ms('until_at')} AS until, link, devices FROM link_unreached
     WHERE gateway_id = ANY ($1::int4[]) AND from_at < $3 AND (until_at IS NULL OR until_at > $2)`,
    within,
  )
  const spansOf = Map.groupBy(gateways.rows.map(gatewaySpan), ({ gatewayId }) => gatewayId)
  const linksOf = Map.groupBy(links.rows.map(linkSpan), ({ gatewayId }) => gatewayId)
  return ({ gatewayId, device }) => {
    const ofGateway = spansOf.get(gatewayId) ?? []
    const ofLinks = linksOf.get(gatewayId) ?? []
    const link = linkOf(device)
    if (link !== undefined) return reachInputs(ofLinks.filter((span) => span.link === link))
    if (device === ITSELF) {
      return reachInputs(
        ofGateway.flatMap(({ silentAt, ...span }) =>
          silentAt === undefined ? [] : { ...span, from: silentAt },
        ),
      )
    }
    return reachInputs([...ofGateway, ...ofLinks.filter(({ devices }) => devices.includes(device))])
  }
}

interface SpanRow {
  readonly gateway_id: number
  readonly from: number
  readonly until: number | null
}

interface GatewayRow extends SpanRow {
  readonly silent: number | null
}

interface LinkRow extends SpanRow, Pick<LinkUnreached, 'link' | 'devices'> {}

function gatewaySpan({ silent, ...row }: GatewayRow): Unreached & { readonly gatewayId: number } {
  return { ...span(row), ...(silent !== null && { silentAt: silent }) }
}

function linkSpan({ link, devices, ...row }: LinkRow): LinkUnreached & { readonly gatewayId: number } {
  return { ...span(row), link, devices }
}

function span({ gateway_id: gatewayId, from, until }: SpanRow) {
  return { gatewayId, from, ...(until !== null && { until }) }
}
