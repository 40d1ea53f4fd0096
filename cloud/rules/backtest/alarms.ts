import type { BacktestAlarm } from '@ganzhi/contracts/backtest'
import { SEVERITIES, type Severity } from '@ganzhi/contracts/severity'
import type { Transition } from '@ganzhi/contracts/transition'

/** Of transitions by time. */
export function alarmsOf(transitions: readonly Transition[]): BacktestAlarm[] {
  const open = new Map<string, number>()
  const alarms: BacktestAlarm[] = []
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
