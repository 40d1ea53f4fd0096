import type { Limit } from '@ganzhi/contracts/rule-condition'
import type { Attributes } from './condition.ts'

/** The number that a limit stands for at a device; NaN, of which nothing is above or below, where it has none. */
export function limitAt(limit: Limit, attributes: Attributes): number {
  if (typeof limit === 'number') return limit
  const attribute = attributes[limit.attribute]
  if (typeof attribute === 'number' && Number.isFinite(attribute)) return attribute
  return limit.otherwise ?? Number.NaN
}
