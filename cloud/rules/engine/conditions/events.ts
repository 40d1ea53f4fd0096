import { durationMs } from '@ganzhi/contracts/duration'
import type { Events } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, isAny } from '../condition.ts'

/** Remembers when those began that still count, the newest `atLeast` of them. */
export function events({ events }: Static<typeof Events>): Condition<readonly number[]> {
  const { atLeast } = events
  const withinMs = durationMs(events.within)
  return {
    properties: [],
    usable: isAny,
    eventType: events.type,
    remember: (began, { at, begins }) => (begins ? [...(began ?? []), at].slice(-atLeast) : began),
    judge: (began = []) => (began.length >= atLeast ? HOLDS : GONE),
    turnsAt: (began) => (began?.[0] !== undefined ? began[0] + withinMs : undefined),
    elapse(began = [], at) {
      const left = began.filter((each) => each + withinMs > at)
      return left.length > 0 ? left : undefined
    },
    fields: () => ({ events }),
    counted: (began = []) => began.length,
  }
}
