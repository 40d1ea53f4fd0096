import type { Rule } from '@ganzhi/contracts/rule'
import { checkedText } from '../checked-text.ts'
import type { FieldFault } from '../field-fault.ts'
import { ruleFaults } from './rule-faults.ts'

/** A rule from its file's text, YAML or JSON. `furtherFaults` are looked for in what has the form of a rule. */
export function loadRule(
  text: string,
  name = 'rule',
  furtherFaults: (rule: Rule) => readonly FieldFault[] = () => [],
): Rule {
  return checkedText(text, name, (value) => {
    const faults = ruleFaults(value)
    return faults.length > 0 ? faults : furtherFaults(value as Rule)
  }) as Rule
}
