import type { BacktestAlarm, BacktestDocument } from '@ganzhi/contracts/backtest'

type Difference = Pick<NonNullable<BacktestDocument['compared']>, 'added' | 'removed' | 'kept'>

/** Between what two versions of a rule tell of the same history. */
export function differenceOf(these: readonly BacktestAlarm[], others: readonly BacktestAlarm[]): Difference {
  const added = withoutCounterpart(these, others)
  return { added, removed: withoutCounterpart(others, these), kept: these.length - added.length }
}

function withoutCounterpart(
  alarms: readonly BacktestAlarm[],
  others: readonly BacktestAlarm[],
): BacktestAlarm[] {
  const byDevice = Map.groupBy(others, ({ target }) => target)
  return alarms.filter(
    (alarm) =>
      !byDevice.get(alarm.target)?.some((other) => !endsBefore(alarm, other) && !endsBefore(other, alarm)),
  )
}

function endsBefore(first: BacktestAlarm, second: BacktestAlarm): boolean {
  return first.to !== null && Date.parse(first.to) < Date.parse(second.from)
}
