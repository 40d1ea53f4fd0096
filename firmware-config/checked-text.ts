import { GanzhiError } from '@ganzhi/contracts/error'
import { type ConfigFault, configText, faultLine } from './config-text.ts'
import type { FieldFault } from './field-fault.ts'

/** What a file's text says; refused with everything that is wrong, by line and field, and what to do about it. */
export function checkedText(
  yaml: string,
  name: string,
  faultsOf: (value: unknown) => readonly FieldFault[],
): unknown {
  const { value, faults } = textFaults(yaml, faultsOf)
  const [first] = faults
  if (!first) return value
  throw new GanzhiError(faults.map((fault) => faultLine(name, fault)).join('\n'), {
    code: 'bad-input',
    blame: 'caller',
    field: first.path,
    remedy: '请按所列各行改正。 Correct the lines that are named.',
  })
}

/** What a text says, and all that is wrong with it, from its first line on. */
export function textFaults(
  yaml: string,
  faultsOf: (value: unknown) => readonly FieldFault[],
): { readonly value: unknown; readonly faults: readonly ConfigFault[] } {
  const text = configText(yaml)
  const wrong = text.faults.length > 0 ? [] : faultsOf(text.value)
  const faults = [
    ...text.faults,
    ...wrong.map(({ path, message, remedy }) => text.fault(path, message, remedy)),
  ].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
  return { value: text.value, faults }
}
