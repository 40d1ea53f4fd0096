import type { During } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, isAny } from '../condition.ts'

/** Remembers which incidents are open. */
export function during({ during }: Static<typeof During>): Condition<readonly string[]> {
  return {
    properties: [],
    usable: isAny,
    eventType: during,
    remembersInactive: true,
    remember(open = [], { begins, incident }) {
      const others = open.filter((other) => other !== incident)
      const now = begins ? [...others, incident] : others
      return now.length > 0 ? now : undefined
    },
    judge: (open) => (open ? HOLDS : GONE),
    fields: () => ({ during }),
  }
}
