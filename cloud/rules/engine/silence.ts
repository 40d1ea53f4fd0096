import { type Condition, GONE, HOLDS, isAny } from './condition.ts'

/** What `noData` and `stale` have in common: the end of the silence is known from its beginning, and remembered. */
export function silence(lastingMs: number, property: string): Omit<Condition<number>, 'silence' | 'fields'> {
  return {
    properties: [property],
    usable: isAny,
    countFrom: (at, reached) => (reached ? at + lastingMs : undefined),
    remember: (_end, { at }) => at + lastingMs,
    judge: (end, { at }) => (end !== undefined && at >= end ? HOLDS : GONE),
    turnsAt: (end, at) => (end !== undefined && end > at ? end : undefined),
  }
}
