import { SEVERITIES } from '@ganzhi/contracts/severity'
import type { AlarmState } from '@ganzhi/contracts/transition'

export const STATE_NAMES: Readonly<Record<AlarmState, string>> = {
  clear: '正常 clear',
  info: '提示 info',
  minor: '一般 minor',
  major: '较大 major',
  critical: '重大 critical',
}

/** Whether it becomes graver. */
export function rises({ from, to }: { readonly from: AlarmState; readonly to: AlarmState }): boolean {
  return rank(to) > rank(from)
}

function rank(state: AlarmState): number {
  return state === 'clear' ? -1 : SEVERITIES.indexOf(state)
}
