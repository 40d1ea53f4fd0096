import { durationMs } from '@ganzhi/contracts/duration'
import type { Rate } from '@ganzhi/contracts/rule-condition'
import type { Static } from 'typebox'
import { type Condition, GONE, HOLDS, IN_BETWEEN, isNumber } from '../condition.ts'
import type { Place } from '../place.ts'
import { type SampleWindow, withSample } from '../sample-window.ts'

export function rate({ rate }: Static<typeof Rate>, place: Place): Condition<SampleWindow> {
  const { above = Number.POSITIVE_INFINITY, below = Number.NEGATIVE_INFINITY } = rate
  const overMs = durationMs(rate.over)
  const perMs = rate.per === undefined ? undefined : durationMs(rate.per)

  const change = (window: SampleWindow | undefined): number => {
    const [first, last] = [window?.at(0), window?.at(-1)]
    const [fromAt = 0, from = 0] = first ?? []
    const [toAt = 0, to = 0] = last?.slice(-2) ?? []
    if (toAt === fromAt) return Number.NaN
    return perMs === undefined ? to - from : ((to - from) * perMs) / (toAt - fromAt)
  }
  return {
    properties: [place.property()],
    usable: isNumber,
    remember: (window, { at, value }) => withSample(window, at, value as number, at - overMs),
    judge(window) {
      const moved = change(window)
      if (Number.isNaN(moved)) return IN_BETWEEN
      return moved > above || moved < below ? HOLDS : GONE
    },
    fields: () => ({ rate }),
    counted: change,
  }
}
