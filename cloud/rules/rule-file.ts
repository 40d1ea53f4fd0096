import type { Rule } from '@ganzhi/contracts/rule'
import { loadRule } from '@ganzhi/firmware-config/rules/rule-file'
import { expressionFaults } from './expression-faults.ts'

/** A rule from its file's text, YAML or JSON; refused with everything that is wrong, expressions included, by line and field. */
export function readRule(text: string, file: string): Rule {
  return loadRule(text, file, expressionFaults)
}
