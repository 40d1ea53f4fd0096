import type { AlarmStatistics, BacktestAlarm } from '@ganzhi/contracts/backtest'
import type { Span } from './backtest.ts'

const DAY_MS = 86_400_000

export function alarmStatistics(
  alarms: readonly BacktestAlarm[],
  span: Span | undefined,
  timezone: string,
): AlarmStatistics {
  const secondsOf = (some: readonly BacktestAlarm[]): number =>
    some.reduce(
      (ms, { from, to }) => ms + (to === null ? (span?.to ?? 0) : Date.parse(to)) - Date.parse(from),
      0,
    ) / 1_000
  const bySeverity = { info: 0, minor: 0, major: 0, critical: 0 }
  for (const { severity } of alarms) bySeverity[severity] += 1
  const devices = [...Map.groupBy(alarms, ({ target }) => target)].map(([target, theirs]) => ({
    target,
    alarms: theirs.length,
    seconds: secondsOf(theirs),
  }))
  const dateOf = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' })
  const days = [...Map.groupBy(alarms, ({ from }) => dateOf.format(new Date(from)))]
  return {
    alarms: alarms.length,
    // Of what is shorter than a day nobody wants to be told more than happened.
    perDay: alarms.length / Math.max(1, span ? (span.to - span.from) / DAY_MS : 1),
    open: alarms.filter(({ to }) => to === null).length,
    seconds: secondsOf(alarms),
    bySeverity,
    days: days.map(([date, theirs]) => ({ date, alarms: theirs.length })),
    devices: devices.toSorted((a, b) => b.alarms - a.alarms || b.seconds - a.seconds),
  }
}
