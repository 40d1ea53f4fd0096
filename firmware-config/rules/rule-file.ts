import { GanzhiError } from '@ganzhi/contracts/error'
import type { Rule } from '@ganzhi/contracts/rule'
import { configText, faultLine } from '../config-text.ts'
import type { FieldFault } from '../field-fault.ts'
import { ruleFaults } from './rule-faults.ts'

/**
 * A rule from its file's text, YAML or JSON; refused with everything that is wrong, by line and field, and what to do about
 * it. `furtherFaults` are looked for in what has the form of a rule.
 */
export function loadRule(
  yaml: string,
  name = 'rule',
  furtherFaults: (rule: Rule) => readonly FieldFault[] = () => [],
): Rule {
  const text = configText(yaml)
  const found = [
    ...text.faults,
    ...(text.faults.length > 0 ? [] : allFaults(text.value, furtherFaults)).map(({ path, message, remedy }) =>
      text.fault(path, message, remedy),
    ),
  ]
  const faults = found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
  const [first] = faults
  if (!first) return text.value as Rule
  throw new GanzhiError(faults.map((fault) => faultLine(name, fault)).join('\n'), {
    code: 'bad-rule',
    blame: 'caller',
    field: first.path,
    remedy: '请按所列各行改正。 Correct the lines that are named.',
  })
}

function allFaults(
  value: unknown,
  furtherFaults: (rule: Rule) => readonly FieldFault[],
): readonly FieldFault[] {
  const faults = ruleFaults(value)
  return faults.length > 0 ? faults : furtherFaults(value as Rule)
}
