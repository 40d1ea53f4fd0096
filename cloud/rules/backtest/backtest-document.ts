import type { AlarmStatistics, BacktestDocument } from '@ganzhi/contracts/backtest'
import { TIMEZONE } from '@ganzhi/contracts/clock-span'
import type { Rule } from '@ganzhi/contracts/rule'
import { alarmStatistics } from './alarm-statistics.ts'
import { alarmsOf } from './alarms.ts'
import type { Span } from './backtest.ts'
import { differenceOf } from './difference.ts'
import type { Backtest } from './trial.ts'

/** The most alarming devices of each list. */
const NOISIEST = 20

export interface Tried {
  readonly rule: Rule
  readonly result: Backtest
}

export function backtestDocument(
  { rule, result }: Tried,
  { span, devices }: { readonly span: Span | undefined; readonly devices: number },
  compared?: Tried,
): BacktestDocument {
  const statisticsOf = (tried: Tried): AlarmStatistics => {
    const timezone = tried.rule.active?.timezone ?? TIMEZONE
    const statistics = alarmStatistics(alarmsOf(tried.result.transitions), span, timezone)
    return { ...statistics, devices: statistics.devices.slice(0, NOISIEST) }
  }
  return {
    transitions: [...result.transitions],
    rule: identityOf(rule),
    span: span ? { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() } : null,
    devices,
    alarms: statisticsOf({ rule, result }),
    inputs: result.inputs,
    seen: [...result.seen],
    faults: [...result.faults],
    ...(compared && {
      compared: {
        rule: identityOf(compared.rule),
        alarms: statisticsOf(compared),
        ...differenceOf(alarmsOf(result.transitions), alarmsOf(compared.result.transitions)),
      },
    }),
  }
}

function identityOf({ id, version }: Rule): { id: string; version: number } {
  return { id, version }
}
