import type { Rule } from '@ganzhi/contracts/rule'
import type { FieldFault } from '@ganzhi/firmware-config/field-fault'
import { CEL_REMEDY, celFault } from './engine/cel-program.ts'
import { singleConditions } from './rule-conditions.ts'

/** What is wrong with the expressions of a rule that has the form of one. */
export function expressionFaults(rule: Rule): FieldFault[] {
  return singleConditions(rule).flatMap(({ condition, path }) =>
    (['expression', 'clear'] as const).flatMap((field) => {
      const text: unknown = field in condition ? condition[field as keyof typeof condition] : undefined
      const message = typeof text === 'string' ? celFault(text) : undefined
      return message === undefined ? [] : [{ path: [...path, field], message, remedy: CEL_REMEDY }]
    }),
  )
}
