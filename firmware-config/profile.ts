import { Profile } from '@ganzhi/contracts/profile'
import { schemaFaults } from '@ganzhi/contracts/schema'
import { checkedText } from './checked-text.ts'
import { modbusFaults } from './modbus-section.ts'
import type { FieldFault } from './field-fault.ts'
import { propertyFaults } from './property-faults.ts'
import { repeatedIds } from './repeated-ids.ts'

/** A profile from its file's text; refused with everything that is wrong, by line and field, and what to do about it. */
export function loadProfile(yaml: string, name = 'profile'): Profile {
  return checkedText(yaml, name, profileFaults) as Profile
}

/** Everything that is wrong with a profile, wherever it came from. */
export function profileFaults(value: unknown): FieldFault[] {
  const faults = schemaFaults(Profile, value)
  if (faults.length > 0) {
    const remedy = 'The fields of a profile are in docs/contracts/profile.schema.json.'
    return faults.map(({ path, message }) => ({ path, message, remedy }))
  }
  const profile = value as Profile
  return [
    ...propertyFaults(profile.properties),
    ...repeatedIds(['events'], profile.events ?? []),
    ...repeatedIds(['commands'], profile.commands ?? []),
    ...modbusFaults(profile),
  ]
}
