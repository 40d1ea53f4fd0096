import type { AreaLevel } from '@ganzhi/contracts/area'
import type { Rule } from '@ganzhi/contracts/rule'
import type { DeviceCondition } from '@ganzhi/contracts/rule-condition'
import { fieldOf } from '@ganzhi/contracts/schema'
import { toldOf } from '../engine/conditions/area-expression.ts'
import { compileAreaCel } from '../engine/cel-areas.ts'
import type { Fresh, JudgedRule } from '../engine/judged-rule.ts'
import { singleConditions } from '../rule-conditions.ts'

/** Of a rule over areas, a condition of `devices`, or what an expression asks of devices: judged at each as a rule of one level. */
export interface DevicePart {
  /** The field where it stands, `when.all[0]`; of an expression the property and how old it may be, `pm25@PT10M`. */
  readonly part: string
  readonly rule: JudgedRule
}

/** The areas that a rule is judged at; of others it is judged at devices or gateways. */
export function levelOf({ each }: Pick<Rule, 'each'>): AreaLevel | undefined {
  return each === 'gateway' || each === 'link' ? undefined : each
}

/** The schedule of the rule is that of its areas: what devices meet is known when a span begins. */
export function devicePartsOf(rule: Rule): DevicePart[] {
  const { id, version, for: scope, bad, nan, lateness } = rule
  const atDevices = <When extends DeviceCondition | Fresh>(when: When) => {
    const property = 'property' in when ? when.property : undefined
    return {
      id,
      version,
      for: property === undefined ? scope : { ...scope, property },
      when,
      severity: 'info' as const,
      ...(bad && { bad }),
      ...(nan && { nan }),
      ...(lateness !== undefined && { lateness }),
    }
  }
  const parts = new Map<string, JudgedRule>()
  for (const { condition, path } of singleConditions(rule)) {
    if ('devices' in condition) parts.set(fieldOf(path), atDevices(condition.devices.when))
    if (!('expression' in condition)) continue
    for (const field of ['expression', 'clear'] as const) {
      const text = condition[field]
      if (text === undefined) continue
      for (const property of compileAreaCel(text, fieldOf([...path, field])).properties) {
        const { part, within } = toldOf(property, condition.within)
        parts.set(part, atDevices({ fresh: within, property }))
      }
    }
  }
  return [...parts].map(([part, atDevice]) => ({ part, rule: atDevice }))
}
