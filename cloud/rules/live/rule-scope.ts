import { GanzhiError } from '@ganzhi/contracts/error'
import type { RuleScope } from '@ganzhi/contracts/rule'
import type { WatchedDevice } from './device-watch.ts'

/** What can be told of a device so far. */
const JUDGED: readonly (keyof RuleScope)[] = ['property', 'gateway', 'device']

/** A rule is not accepted rather than judged for other devices than it says. */
export function refuseUnknownScope(scope: RuleScope): void {
  const unknown = Object.keys(scope).find((field) => !JUDGED.some((judged) => judged === field))
  if (unknown === undefined) return
  throw new GanzhiError(`for.${unknown} can't be judged as yet`, {
    code: 'scope-unknown',
    blame: 'caller',
    field: `for.${unknown}`,
    remedy: `Say for which devices it is by ${JUDGED.join(', ')}.`,
  })
}

export function isFor(
  { property, gateway, device }: RuleScope,
  { properties, ...known }: Pick<WatchedDevice, 'gateway' | 'device' | 'properties'>,
): boolean {
  return (
    (property === undefined || properties.has(property)) &&
    (gateway === undefined || gateway === known.gateway) &&
    (device === undefined || device === known.device)
  )
}
