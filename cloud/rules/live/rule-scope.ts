import type { Rule } from '@ganzhi/contracts/rule'
import { inScope } from '../../areas/scope.ts'
import { ITSELF, linkOf } from '../../topology/target-name.ts'
import type { WatchedDevice } from './device-watch.ts'

/** Whether a rule is for a device, by where it is placed and what it has sent, or for a gateway itself, or a link of it. */
export function isFor(
  { for: scope, each }: Pick<Rule, 'for' | 'each'>,
  { device, placement, properties }: Pick<WatchedDevice, 'device' | 'placement' | 'properties'>,
): boolean {
  if ((each === 'gateway') !== (device === ITSELF)) return false
  if ((each === 'link') !== (linkOf(device) !== undefined)) return false
  return (scope.property === undefined || properties.has(scope.property)) && inScope(scope, placement)
}
