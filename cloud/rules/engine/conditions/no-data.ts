import { durationMs } from '@ganzhi/contracts/duration'
import type { NoData } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import type { Condition } from '../condition.ts'
import type { Place } from '../place.ts'
import { silence } from '../silence.ts'

export function noData({ noData }: Static<typeof NoData>, place: Place): Condition<number> {
  return { ...silence(durationMs(noData), place.property()), silence: 'any', fields: () => ({ noData }) }
}
