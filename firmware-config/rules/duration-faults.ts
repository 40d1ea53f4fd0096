import { Duration, durationMs } from '@ganzhi/contracts/duration'
import { schemaFaults } from '@ganzhi/contracts/schema'
import type { FieldFault } from '../field-fault.ts'

interface DurationBounds {
  readonly most?: string
  /** At once is a time, too. */
  readonly mayBeNone?: boolean
}

/** What is wrong with what has the form of a duration, and is none that anyone means. */
export function durationFaults(
  value: unknown,
  path: readonly (string | number)[],
  { most = 'P366D', mayBeNone = false }: DurationBounds = {},
): FieldFault[] {
  if (typeof value !== 'string' || schemaFaults(Duration, value).length > 0) return []
  const ms = durationMs(value)
  if (ms === 0 && !mayBeNone) {
    return [{ path, message: `is no time at all: ${value}`, remedy: '例如 such as PT5M' }]
  }
  if (ms <= durationMs(most)) return []
  return [{ path, message: `is too long: ${value}`, remedy: `最长 at most ${most}` }]
}
