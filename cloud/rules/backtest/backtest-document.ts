import type { Rule } from '@ganzhi/contracts/rule'
import type { Transition } from '@ganzhi/contracts/transition'
import { TIMEZONE } from '@ganzhi/contracts/clock-span'
import { type AlarmStatistics, alarmStatistics } from './alarm-statistics.ts'
import { alarmsOf } from './alarms.ts'
import type { Backtest, BacktestFault, Span } from './backtest.ts'
import { type Difference, differenceOf } from './difference.ts'
import type { SeenProperty } from './seen-values.ts'

/** The most alarming devices of each list. */
const NOISIEST = 20

/** What a backtest tells, as programs read it. */
export interface BacktestDocument {
  readonly transitions: readonly Transition[]
  readonly rule: { readonly id: string; readonly version: number }
  /** Null where there was no input. */
  readonly span: { readonly from: string; readonly to: string } | null
  /** That count for the rule. */
  readonly devices: number
  readonly alarms: AlarmStatistics
  readonly seen: readonly SeenProperty[]
  readonly faults: readonly BacktestFault[]
  readonly compared?: ComparedDocument
}

export interface ComparedDocument extends Difference {
  readonly rule: { readonly id: string; readonly version: number }
  readonly alarms: AlarmStatistics
}

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
    transitions: result.transitions,
    rule: identityOf(rule),
    span: span ? { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() } : null,
    devices,
    alarms: statisticsOf({ rule, result }),
    seen: result.seen,
    faults: result.faults,
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
