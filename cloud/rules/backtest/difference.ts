import type { Alarm } from './alarms.ts'

export interface Difference {
  /** Of these alarms those at whose time the others have none of that device. */
  readonly added: readonly Alarm[]
  readonly removed: readonly Alarm[]
  /** Those that both have, though they may begin, end or weigh otherwise. */
  readonly kept: number
}

/** Between what two versions of a rule tell of the same history. */
export function differenceOf(these: readonly Alarm[], others: readonly Alarm[]): Difference {
  const added = withoutCounterpart(these, others)
  return { added, removed: withoutCounterpart(others, these), kept: these.length - added.length }
}

function withoutCounterpart(alarms: readonly Alarm[], others: readonly Alarm[]): Alarm[] {
  const byDevice = Map.groupBy(others, ({ target }) => target)
  return alarms.filter(
    (alarm) =>
      !byDevice.get(alarm.target)?.some((other) => !endsBefore(alarm, other) && !endsBefore(other, alarm)),
  )
}

function endsBefore(first: Alarm, second: Alarm): boolean {
  return first.to !== null && Date.parse(first.to) < Date.parse(second.from)
}
