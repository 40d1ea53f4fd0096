import type { Expression } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { compileCel, type Variables } from '../cel-program.ts'
import { type Condition, GONE, HOLDS, IN_BETWEEN, isAny } from '../condition.ts'
import type { Moment } from '../moment.ts'
import type { Place } from '../place.ts'
import { isKnown } from '../rule-state.ts'

export function expression({ expression, clear }: Static<typeof Expression>, place: Place): Condition {
  const fields = { holds: `${place.field}.expression`, gone: `${place.field}.clear` }
  const holds = compileCel(expression, fields.holds)
  const gone = clear === undefined ? undefined : compileCel(clear, fields.gone)
  const properties = [...new Set([...holds.variables, ...(gone?.variables ?? [])])]
  const slots = properties.map((property) => place.slotOf(property, isAny))
  // Filled anew for each judgement, which is over before the next begins.
  const variables: Variables = Object.fromEntries(properties.map((property) => [property, 0]))

  const allKnown = ({ values }: Moment): boolean => {
    for (let i = 0; i < slots.length; i += 1) {
      const value = values[slots[i] ?? 0]
      if (!isKnown(value)) return false
      variables[properties[i] ?? ''] = value
    }
    return true
  }
  return {
    properties,
    usable: isAny,
    onceAMoment: true,
    judge(_memory, now) {
      if (!allKnown(now)) return IN_BETWEEN
      const held = holds.evaluate(variables, now)
      if (held === undefined) return IN_BETWEEN
      if (held) return HOLDS
      return !gone || gone.evaluate(variables, now) === true ? GONE : IN_BETWEEN
    },
    fields: (on) => (on || clear === undefined ? { expression } : { clear }),
  }
}
