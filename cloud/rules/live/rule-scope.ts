import type { RuleScope } from '@ganzhi/contracts/rule'
import { inScope } from '../../areas/scope.ts'
import type { WatchedDevice } from './device-watch.ts'

/** Whether a rule is for a device, by where it is placed and what it has sent. */
export function isFor(
  scope: RuleScope,
  { placement, properties }: Pick<WatchedDevice, 'placement' | 'properties'>,
): boolean {
  return (scope.property === undefined || properties.has(scope.property)) && inScope(scope, placement)
}
