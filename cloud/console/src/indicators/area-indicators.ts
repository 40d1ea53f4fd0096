import type { IndicatorValueView } from '@ganzhi/contracts/indicator-view'
import { askAll } from '../ask-all.ts'
import { type Loaded, useLoad } from '../load.ts'
import { place } from '../place.ts'
import { STANDINGS } from './indicator-text.ts'

const EVERY_MS = 60_000

/** All indicators of the area and period that are chosen, those that need a look first. */
export function useAreaIndicators(): Loaded<readonly IndicatorValueView[]> {
  return useLoad(
    () => (place.area === undefined ? undefined : { area: place.area, period: place.period }),
    async ({ area, period }, signal) => {
      const found = await askAll<IndicatorValueView>(`/areas/${area}/indicators`, { period }, signal)
      return found.toSorted((a, b) => rank(a) - rank(b) || a.group.localeCompare(b.group))
    },
    { everyMs: EVERY_MS },
  )
}

function rank({ standing }: IndicatorValueView): number {
  return standing === null ? STANDINGS.length : STANDINGS.indexOf(standing)
}
