import type { AlarmChange } from '../../alarms/write-transitions.ts'
import { ITSELF, linkOf } from '../../topology/target-name.ts'
import type { WatchedDevice } from './device-watch.ts'

/** Whose alarm it is: that of a link is the gateway's own, told apart by the link. */
export function targetOf({
  gatewayId,
  gateway,
  device,
}: WatchedDevice): Pick<AlarmChange, 'target' | 'dimension'> {
  const link = linkOf(device)
  if (link === undefined) return { target: { gatewayId, gateway, device } }
  return { target: { gatewayId, gateway, device: ITSELF }, dimension: link }
}
