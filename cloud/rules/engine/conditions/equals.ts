import type { Equals } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, isAny } from '../condition.ts'
import type { Place } from '../place.ts'

export function equals({ equals }: Static<typeof Equals>, place: Place): Condition {
  return {
    properties: [place.property()],
    usable: isAny,
    judge: (_memory, { value }) => (value === equals ? HOLDS : GONE),
    fields: () => ({ equals }),
  }
}
