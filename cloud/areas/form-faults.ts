import type { Fault } from '@ganzhi/contracts/error'
import { schemaFaults } from '@ganzhi/contracts/schema'
import type { TObject, TProperties } from 'typebox'

const REMEDY = '各字段见 The fields are in docs/places.md.'

/** What is wrong with the form of one entry of a list: one fault a field. */
export function formFaults<T extends TProperties>(
  schema: TObject<T>,
  entry: unknown,
  index: number,
): Fault[] {
  const given = typeof entry === 'object' && entry !== null ? entry : {}
  const missing = (schema.required as readonly string[]).filter((field) => !(field in given))
  const faults = new Map(missing.map((field) => [field, '缺少 is missing']))
  for (const { field, message } of schemaFaults(schema, entry)) {
    // Of several branches of a union the first is told; what has no field says again what a field says.
    if (field !== '' && !faults.has(field)) faults.set(field, message)
  }
  // Of a field that may be null, `must be null` says nothing once one within it is wrong.
  const within = (field: string) => [...faults.keys()].some((other) => other.startsWith(`${field}.`))
  return [...faults]
    .filter(([field]) => !within(field))
    .map(([field, message]) => ({ index, field, message: `${field} ${message}`, remedy: REMEDY }))
}
