import type { Devices } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, isNumber } from '../condition.ts'
import type { Place } from '../place.ts'

/** Of an area: how many devices meet a condition, and some of them; the values by which they do, in order. */
export interface Meeting {
  readonly counted: number
  readonly who: readonly string[]
  readonly values: readonly number[]
}

/**
 * Whoever judges the devices of an area says how many meet it, in samples of a property that is called as the field where the
 * condition stands; an attribute of that name is the Meeting. What counts of a moment is how many there are when it is over.
 */
export function devices({ devices }: Static<typeof Devices>, place: Place): Condition {
  const { field } = place
  const slot = place.slotOf(field, isNumber)
  return {
    properties: [field],
    usable: isNumber,
    onceAMoment: true,
    judge: (_memory, { values }) => ((values[slot] as number) >= devices.atLeast ? HOLDS : GONE),
    fields(_on, { attributes }) {
      const meeting = attributes[field] as Meeting | undefined
      return { devices, ...(meeting && { counted: meeting.counted, who: meeting.who }) }
    },
  }
}
