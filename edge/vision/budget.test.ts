import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Demand, fitRates } from './budget.ts'

const demands = fc
  .array(
    fc.record({
      wanted: fc.double({ min: 0.1, max: 25, noNaN: true }),
      least: fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 10),
      costMs: fc.double({ min: 0.5, max: 500, noNaN: true }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((all): Demand[] => all.map((each, index) => ({ camera: `c${index}`, ...each })))
const share = fc.double({ min: 1, max: 2_000, noNaN: true })

const costOf = (all: readonly Demand[], rates: ReadonlyMap<string, number>) =>
  all.reduce((sum, { camera, costMs }) => sum + costMs * rates.get(camera)!, 0)

test('together they never take more than there is, and use it up where they want it', () => {
  fc.assert(
    fc.property(demands, share, (all, shareMs) => {
      const wantedMs = all.reduce((sum, { wanted, costMs }) => sum + wanted * costMs, 0)
      const usedMs = costOf(all, fitRates(all, shareMs))
      expect(usedMs).toBeLessThanOrEqual(shareMs * (1 + 1e-9))
      expect(usedMs).toBeGreaterThanOrEqual(Math.min(shareMs, wantedMs) * (1 - 1e-6))
    }),
  )
})

test('no camera starves, and none gets more than it wants', () => {
  fc.assert(
    fc.property(demands, share, (all, shareMs) => {
      const rates = fitRates(all, shareMs)
      const leastMs = all.reduce(
        (sum, { wanted, least, costMs }) => sum + Math.min(wanted, least) * costMs,
        0,
      )
      for (const { camera, wanted, least } of all) {
        expect(rates.get(camera)).toBeLessThanOrEqual(wanted)
        if (leastMs < shareMs * 0.99 || least > 0) expect(rates.get(camera)).toBeGreaterThan(0)
      }
    }),
  )
})

test('scenes that count minutes keep what they need, as long as the machine can do that much', () => {
  fc.assert(
    fc.property(demands, share, (all, shareMs) => {
      const leastMs = all.reduce(
        (sum, { wanted, least, costMs }) => sum + Math.min(wanted, least) * costMs,
        0,
      )
      fc.pre(leastMs <= shareMs)
      const rates = fitRates(all, shareMs)
      for (const { camera, wanted, least } of all) {
        expect(rates.get(camera)).toBeGreaterThanOrEqual(Math.min(wanted, least))
      }
    }),
  )
})

test('who is above his least gives way by the same part as all others', () => {
  fc.assert(
    fc.property(demands, share, (all, shareMs) => {
      const rates = fitRates(all, shareMs)
      const parts = all
        .filter(({ camera, wanted, least }) => rates.get(camera)! > Math.min(wanted, least) * (1 + 1e-6))
        .map(({ camera, wanted }) => rates.get(camera)! / wanted)
      for (const part of parts) expect(part).toBeCloseTo(parts[0]!, 6)
    }),
  )
})

test('one who asks for much does not take from those who ask for little', () => {
  const quiet = Array.from({ length: 7 }, (_, i) => ({ camera: `q${i}`, wanted: 1, least: 1, costMs: 10 }))
  const rates = fitRates([...quiet, { camera: 'greedy', wanted: 1_000, least: 1, costMs: 10 }], 1_000)
  for (const { camera } of quiet) expect(rates.get(camera)).toBe(1)
  expect(rates.get('greedy')).toBeCloseTo(93, 1)
})
