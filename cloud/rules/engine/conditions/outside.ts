import type { Outside } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, IN_BETWEEN } from '../condition.ts'
import { metresAway } from '../metres-away.ts'
import type { Place } from '../place.ts'
import type { Scalar } from '../rule-input.ts'
import type { Values } from '../rule-state.ts'

/** What is no place on earth is not used. */
const isDegrees = (value: Scalar): boolean => typeof value === 'number' && Math.abs(value) <= 180

export function outside({ outside }: Static<typeof Outside>, place: Place): Condition {
  const { route, polygon = [], by = 0, lon = 'lon', lat = 'lat' } = outside
  const slots = [place.slotOf(lon, isDegrees), place.slotOf(lat, isDegrees)] as const
  const away = (values: Values): number => {
    const [x, y] = [values[slots[0]], values[slots[1]]]
    if (typeof x !== 'number' || typeof y !== 'number') return Number.NaN
    return route ? metresAway(route, false, x, y) : metresAway(polygon, true, x, y)
  }
  return {
    properties: [lon, lat],
    usable: isDegrees,
    onceAMoment: true,
    judge(_memory, { values }) {
      const metres = away(values)
      return Number.isNaN(metres) ? IN_BETWEEN : metres > by ? HOLDS : GONE
    },
    fields: (_on, { values }) => ({
      outside: { of: route ? 'route' : 'polygon', by },
      metres: Math.round(away(values)),
    }),
  }
}
