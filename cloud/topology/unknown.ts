import type { UnknownView } from '@ganzhi/contracts/unknown-view'
import { timeView } from '../api/sample-view.ts'

/** Of a gateway's devices, since when they are unknown: null where they are not. */
export function unknownSince(gatewayId: string): string {
  return `(SELECT from_at FROM gateway_unreached u WHERE u.gateway_id = ${gatewayId} AND u.until_at IS NULL)`
}

export function unknownView(gateway: string | null, since: Date | null): UnknownView {
  return gateway === null || since === null ? null : { parent: gateway, since: timeView(since) }
}
