import { durationMs } from '@ganzhi/contracts/duration'
import type { Stale } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import type { Condition } from '../condition.ts'
import type { Place } from '../place.ts'
import { silence } from '../silence.ts'

export function stale({ stale }: Static<typeof Stale>, place: Place): Condition<number> {
  return { ...silence(durationMs(stale), place.property()), silence: 'unusable', fields: () => ({ stale }) }
}
