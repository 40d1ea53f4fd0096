import type { Above } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, IN_BETWEEN, isNumber } from '../condition.ts'
import type { Place } from '../place.ts'
import { limitAt } from '../limit.ts'

export function above({ above, clearBelow }: Static<typeof Above>, place: Place): Condition {
  return {
    properties: [place.property()],
    usable: isNumber,
    judge(_memory, { value: scalar, attributes }) {
      const value = scalar as number
      const upper = limitAt(above, attributes)
      if (clearBelow === undefined) return value > upper ? HOLDS : value <= upper ? GONE : IN_BETWEEN
      const lower = limitAt(clearBelow, attributes)
      if (Number.isNaN(lower)) return IN_BETWEEN
      return value > upper ? HOLDS : value < lower ? GONE : IN_BETWEEN
    },
    fields: (on, { attributes }) =>
      on || clearBelow === undefined
        ? { above: limitAt(above, attributes) }
        : { clearBelow: limitAt(clearBelow, attributes) },
  }
}
