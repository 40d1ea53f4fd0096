import { durationMs } from '@ganzhi/contracts/duration'
import type { Stuck } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, isAny } from '../condition.ts'
import type { Place } from '../place.ts'
import type { Scalar } from '../rule-input.ts'
import { beginSpread, type Spread, spreadWith } from '../spread.ts'

/** The longest run of samples, up to the newest, of which no two are further apart. */
interface Run {
  readonly since: number
  readonly value: Scalar
  /** Of numbers that may differ a little. */
  readonly spread?: Spread
}

export function stuck({ stuck, within = 0 }: Static<typeof Stuck>, place: Place): Condition<Run> {
  const stuckMs = durationMs(stuck)
  return {
    properties: [place.property()],
    usable: isAny,
    remember(run, { at, value }) {
      if (within === 0 || typeof value !== 'number') return run?.value === value ? run : { since: at, value }
      const spread = run?.spread ? spreadWith(run.spread, at, value, within) : beginSpread(at, value)
      return { since: spread.since, value, spread }
    },
    judge: (run, { at }) => (run && at - run.since >= stuckMs ? HOLDS : GONE),
    fields: () => (within === 0 ? { stuck } : { stuck, within }),
  }
}
