import { durationMs } from '@ganzhi/contracts/duration'
import type { Offline } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, isAny } from '../condition.ts'

/** Remembers when the gateway will have been away for so long. */
export function offline({ offline }: Static<typeof Offline>): Condition<number> {
  const offlineMs = durationMs(offline)
  return {
    properties: [],
    usable: isAny,
    countFrom: (at, reached) => (reached ? undefined : at + offlineMs),
    judge: (end, { at }) => (end !== undefined && at >= end ? HOLDS : GONE),
    turnsAt: (end, at) => (end !== undefined && end > at ? end : undefined),
    fields: () => ({ offline }),
  }
}
