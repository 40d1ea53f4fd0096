import { SEVERITIES, type Severity } from '@ganzhi/contracts/severity'
import type { Transition } from '@ganzhi/contracts/transition'

/** From its first severity to clear, whatever it becomes between. */
export interface Alarm {
  readonly target: string
  readonly from: string
  /** Null: it lasts still when the history ends. */
  readonly to: string | null
  /** The gravest that it became. */
  readonly severity: Severity
  /** With which it began. */
  readonly value: Transition['value']
  readonly why: Transition['why']
}

/** Of transitions by time. */
export function alarmsOf(transitions: readonly Transition[]): Alarm[] {
  const open = new Map<string, number>()
  const alarms: Alarm[] = []
  for (const { target, at, to, value, why } of transitions) {
    const place = open.get(target)
    const alarm = place === undefined ? undefined : alarms[place]
    if (to === 'clear') {
      if (place !== undefined && alarm) alarms[place] = { ...alarm, to: at }
      open.delete(target)
    } else if (place !== undefined && alarm) {
      alarms[place] = { ...alarm, severity: graver(alarm.severity, to) }
    } else open.set(target, alarms.push({ target, from: at, to: null, severity: to, value, why }) - 1)
  }
  return alarms
}

function graver(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? b : a
}
