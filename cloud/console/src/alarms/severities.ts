import type { Severity } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'

/** From the least on. Named here, so that the page is not sent the schemas that name them too. */
export const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const satisfies readonly Severity[]

export function rises(from: AlarmState, to: AlarmState): boolean {
  return rank(to) > rank(from)
}

function rank(state: AlarmState): number {
  return state === 'clear' ? -1 : SEVERITIES.indexOf(state)
}
