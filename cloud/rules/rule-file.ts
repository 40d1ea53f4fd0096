import { isGanzhiError } from '@ganzhi/contracts/error'
import type { Rule } from '@ganzhi/contracts/rule'
import type { FieldFault } from '@ganzhi/firmware-config/field-fault'
import { loadRule } from '@ganzhi/firmware-config/rules/rule-file'
import { compileKind } from './engine/conditions/condition-kinds.ts'
import { singleConditions } from './rule-conditions.ts'

/** A rule from its file's text, YAML or JSON; refused with everything that is wrong, expressions included, by line and field. */
export function readRule(text: string, file: string): Rule {
  return loadRule(text, file, expressionFaults)
}

function expressionFaults(rule: Rule): FieldFault[] {
  return singleConditions(rule).flatMap(({ condition, path }) => {
    if (!('expression' in condition)) return []
    try {
      compileKind(condition, { field: '', property: () => '', slotOf: () => 0 })
      return []
    } catch (error) {
      if (!isGanzhiError(error)) throw error
      const [, field = '', said = ''] = /^\.(\w+) (.*)$/s.exec(error.message) ?? []
      return [{ path: [...path, field], message: said, remedy: error.remedy ?? '' }]
    }
  })
}
