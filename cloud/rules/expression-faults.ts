import type { Rule } from '@ganzhi/contracts/rule'
import type { FieldFault } from '@ganzhi/firmware-config/field-fault'
import { AREA_CEL_REMEDY, areaCelFault } from './engine/cel-areas.ts'
import { CEL_REMEDY, celFault } from './engine/cel-program.ts'
import { singleConditions } from './rule-conditions.ts'

/** What is wrong with the expressions of a rule that has the form of one. */
export function expressionFaults(rule: Rule): FieldFault[] {
  const [faultIn, remedy] = rule.each === undefined ? [celFault, CEL_REMEDY] : [areaCelFault, AREA_CEL_REMEDY]
  return singleConditions(rule).flatMap(({ condition, path }) =>
    (['expression', 'clear'] as const).flatMap((field) => {
      const text: unknown = field in condition ? condition[field as keyof typeof condition] : undefined
      const message = typeof text === 'string' ? faultIn(text) : undefined
      return message === undefined ? [] : [{ path: [...path, field], message, remedy }]
    }),
  )
}
