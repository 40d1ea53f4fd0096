import type { Below } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, IN_BETWEEN } from '../condition.ts'
import type { Place } from '../place.ts'
import { limitAt, limited, limitFields, valueAt } from '../limit.ts'

export function below({ below, clearAbove, of }: Static<typeof Below>, place: Place): Condition {
  const { begins, ends, slot, ...heard } = limited({ begins: below, ends: clearAbove, of }, 'low', place)
  return {
    ...heard,
    judge(_memory, now) {
      const value = valueAt(slot, now)
      const lower = limitAt(begins, now)
      if (ends === undefined) return value < lower ? HOLDS : value >= lower ? GONE : IN_BETWEEN
      const upper = limitAt(ends, now)
      if (Number.isNaN(upper)) return IN_BETWEEN
      return value < lower ? HOLDS : value > upper ? GONE : IN_BETWEEN
    },
    fields: (on, now) =>
      on || ends === undefined ? limitFields('below', begins, now) : limitFields('clearAbove', ends, now),
  }
}
