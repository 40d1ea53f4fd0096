import type { Expression } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { compileAreaCel } from '../cel-areas.ts'
import { type Condition, GONE, HOLDS, IN_BETWEEN, isNumber } from '../condition.ts'
import type { Moment } from '../moment.ts'
import type { Place } from '../place.ts'
import type { Meeting } from './devices.ts'

/** How old a value may be that counts. */
const WITHIN = 'PT10M'

/** What devices tell of a property is called so: as long as they have a value they meet it, with that value. */
export function toldOf(
  property: string,
  within = WITHIN,
): { readonly part: string; readonly within: string } {
  return { part: `${property}@${within}`, within }
}

/** CEL over all devices of an area, of which whoever watches it says the values, as of how many meet a condition. */
export function areaExpression(
  { expression, clear, within }: Static<typeof Expression>,
  { field }: Place,
): Condition {
  const holds = compileAreaCel(expression, `${field}.expression`)
  const gone = clear === undefined ? undefined : compileAreaCel(clear, `${field}.clear`)
  const properties = [...new Set([...holds.properties, ...(gone?.properties ?? [])])]
  const valuesAt =
    ({ attributes }: Moment) =>
    (property: string): readonly number[] =>
      (attributes[toldOf(property, within).part] as Meeting | undefined)?.values ?? []

  return {
    properties: properties.map((property) => toldOf(property, within).part),
    usable: isNumber,
    onceAMoment: true,
    overAll: true,
    judge(_memory, now) {
      const held = holds.evaluate(valuesAt(now), now).truth
      if (held === undefined) return IN_BETWEEN
      if (held) return HOLDS
      return !gone || gone.evaluate(valuesAt(now), now).truth ? GONE : IN_BETWEEN
    },
    fields(on, now) {
      const { numbers } = (on ? holds : (gone ?? holds)).evaluate(valuesAt(now), now)
      return on || clear === undefined ? { expression, numbers } : { clear, numbers }
    },
  }
}
