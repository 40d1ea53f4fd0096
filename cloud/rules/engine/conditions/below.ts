import type { Below } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, IN_BETWEEN, isNumber } from '../condition.ts'
import type { Place } from '../place.ts'
import { limitAt } from '../limit.ts'

export function below({ below, clearAbove }: Static<typeof Below>, place: Place): Condition {
  return {
    properties: [place.property()],
    usable: isNumber,
    judge(_memory, { value: scalar, attributes }) {
      const value = scalar as number
      const lower = limitAt(below, attributes)
      if (clearAbove === undefined) return value < lower ? HOLDS : value >= lower ? GONE : IN_BETWEEN
      const upper = limitAt(clearAbove, attributes)
      if (Number.isNaN(upper)) return IN_BETWEEN
      return value < lower ? HOLDS : value > upper ? GONE : IN_BETWEEN
    },
    fields: (on, { attributes }) =>
      on || clearAbove === undefined
        ? { below: limitAt(below, attributes) }
        : { clearAbove: limitAt(clearAbove, attributes) },
  }
}
