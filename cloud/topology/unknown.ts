import type { UnknownView } from '@ganzhi/contracts/unknown-view'
import { timeView } from '../api/sample-view.ts'

/** What a device stands behind that is not heard of; null where it is known how the device is. */
export type Unknown = { readonly link: string | null; readonly since: string } | null

/** As an `Unknown`: a gateway that is away says no more of its links. */
export function unknownOf(gatewayId: string, device: string): string {
  return `coalesce(
    (SELECT json_build_object('link', NULL, 'since', from_at) FROM gateway_unreached u
     WHERE u.gateway_id = ${gatewayId} AND u.until_at IS NULL),
    (SELECT json_build_object('link', link, 'since', from_at) FROM link_unreached l
     WHERE l.gateway_id = ${gatewayId} AND l.until_at IS NULL AND ${device} = ANY (l.devices) ORDER BY from_at LIMIT 1))`
}

export function unknownView(gateway: string | null, unknown: Unknown): UnknownView {
  if (gateway === null || unknown === null) return null
  const { link, since } = unknown
  return { parent: link === null ? gateway : `${gateway}/${link}`, since: timeView(new Date(since)) }
}
