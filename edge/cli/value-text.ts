import type { Value } from '@ganzhi/contracts/reading'

/** A value for people: text without quotes, nothing for what is not there. */
export function valueText(value: Value | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
