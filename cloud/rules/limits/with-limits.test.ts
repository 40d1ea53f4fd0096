import { expect, it } from 'vitest'
import type { RuleInput, SampleInput } from '../engine/rule-input.ts'
import { withLimits } from './with-limits.ts'

const HOUR = 3_600_000
const at = (day: number, hour: number) => Date.UTC(2026, 10, 1 + day) + hour * HOUR
const noise = (when: number, value: number, quality: SampleInput['quality'] = 'good'): SampleInput => ({
  kind: 'sample',
  at: when,
  property: 'noise',
  value,
  quality,
})
const limit = { property: 'noise_p100_2d_high', of: 'noise', side: 'high', percentile: 100, days: 2 } as const

const limitsIn = (inputs: readonly RuleInput[], asked = [limit], until = 0) =>
  [...withLimits(inputs, asked, until)].flatMap((input) =>
    input.kind === 'sample' && input.property !== 'noise' && input.quality === 'good'
      ? [[(input.at - at(0, 0)) / HOUR, input.value]]
      : [],
  )

it('tells at each full hour what the hour was on the days before, and of an hour without values nothing', () => {
  const inputs = [noise(at(0, 8) + 1, 50), noise(at(0, 8.9), 60), noise(at(0, 9), 70), noise(at(1, 8.5), 55)]
  expect(limitsIn([...inputs, noise(at(2, 10), 1)])).toEqual([
    [32, 60],
    [33, 70],
    [56, 60],
    [57, 70],
  ])
  const lowest = { ...limit, property: 'noise_p100_2d_low', side: 'low' } as const
  expect(limitsIn([...inputs, noise(at(1, 10), 1)], [lowest as never])).toEqual([
    [32, 50],
    [33, 70],
  ])
})

it('tells of a full hour before what comes at it, and begins with the first input', () => {
  const all = [...withLimits([noise(at(0, 8), 50), noise(at(0, 9), 60)], [limit], at(0, 9))]
  expect(all.map((input) => ('property' in input ? [input.property, input.at] : []))).toEqual([
    ['noise_p100_2d_high', at(0, 8)],
    ['noise', at(0, 8)],
    ['noise_p100_2d_high', at(0, 9)],
    ['noise', at(0, 9)],
  ])
})

it('goes on to the end of the time that is looked at', () => {
  expect(limitsIn([noise(at(0, 8), 50)], [limit], at(1, 8))).toEqual([[32, 50]])
  expect(limitsIn([noise(at(0, 8), 50)], [limit], at(1, 7.9))).toEqual([])
})

it('passes over what is no number of good quality', () => {
  const bad = [noise(at(0, 8), 90, 'stale'), noise(at(0, 8), NaN), noise(at(0, 8.5), 50)]
  expect(limitsIn([...bad, noise(at(1, 8), 1)])).toEqual([[32, 50]])
})
