import type { Above } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, IN_BETWEEN } from '../condition.ts'
import type { Place } from '../place.ts'
import { limitAt, limited, limitFields, valueAt } from '../limit.ts'

export function above({ above, clearBelow, of }: Static<typeof Above>, place: Place): Condition {
  const { begins, ends, slot, ...heard } = limited({ begins: above, ends: clearBelow, of }, 'high', place)
  return {
    ...heard,
    judge(_memory, now) {
      const value = valueAt(slot, now)
      const upper = limitAt(begins, now)
      if (ends === undefined) return value > upper ? HOLDS : value <= upper ? GONE : IN_BETWEEN
      const lower = limitAt(ends, now)
      if (Number.isNaN(lower)) return IN_BETWEEN
      return value > upper ? HOLDS : value < lower ? GONE : IN_BETWEEN
    },
    fields: (on, now) =>
      on || ends === undefined ? limitFields('above', begins, now) : limitFields('clearBelow', ends, now),
  }
}
