import type { AreaLevel } from '@ganzhi/contracts/area'
import type { Rule } from '@ganzhi/contracts/rule'
import { fieldOf } from '@ganzhi/contracts/schema'
import { singleConditions } from '../rule-conditions.ts'

/** A condition of `devices` in a rule over areas: judged at each device as a rule of one level. */
export interface DevicePart {
  /** The field where it stands: `when.all[0]`. */
  readonly part: string
  readonly rule: Rule
}

/** The areas that a rule is judged at; of others it is judged at devices or gateways. */
export function levelOf({ each }: Rule): AreaLevel | undefined {
  return each === 'gateway' || each === 'link' ? undefined : each
}

/** The schedule of the rule is that of its areas: what devices meet is known when a span begins. */
export function devicePartsOf(rule: Rule): DevicePart[] {
  const { id, version, for: scope, bad, nan, lateness } = rule
  return singleConditions(rule).flatMap(({ condition, path }) => {
    if (!('devices' in condition)) return []
    const { when } = condition.devices
    const property = 'property' in when ? when.property : undefined
    const part: Rule = {
      id,
      version,
      for: property === undefined ? scope : { ...scope, property },
      when,
      severity: 'info',
      ...(bad && { bad }),
      ...(nan && { nan }),
      ...(lateness !== undefined && { lateness }),
    }
    return [{ part: fieldOf(path), rule: part }]
  })
}
