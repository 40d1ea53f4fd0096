import { durationMs } from '@ganzhi/contracts/duration'
import { type Condition, GONE, HOLDS, type Shown, isNumber } from '../condition.ts'
import type { Fresh } from '../judged-rule.ts'

/** However often a device sends, it is told of once in this time. */
const STEP_MS = 60_000

/** The last usable value, and the one that is shown since a full minute. */
interface Latest extends Shown {
  readonly shown: Shown | undefined
}

export function fresh({ fresh, property }: Fresh): Condition<Latest> {
  const within = durationMs(fresh)
  return {
    properties: [property],
    usable: isNumber,
    remember: (latest, { at, value }) => ({ at, value: value as number, shown: latest?.shown }),
    judge: (latest) => (latest?.shown ? HOLDS : GONE),
    turnsAt(latest, at) {
      if (!latest) return undefined
      if (latest.shown?.value !== latest.value) return Math.ceil(at / STEP_MS) * STEP_MS
      return (Math.floor((latest.at + within) / STEP_MS) + 1) * STEP_MS
    },
    elapse(latest, at) {
      if (!latest || latest.at + within < at) return undefined
      const { value, shown } = latest
      return shown?.value === value ? latest : { ...latest, shown: { at, value } }
    },
    shown: (latest) => latest?.shown,
    fields: () => ({ fresh }),
  }
}
