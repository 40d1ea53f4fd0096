import { describe, expect, test } from 'vitest'
import { weather } from './day-and-night.ts'
import { planTraining } from './training-plan.ts'

const options = { stepSeconds: 900, window: 24, named: true }

function planOf(days: number, values?: (day: number, i: number) => number) {
  const readings = weather(days)
  const at = readings.map((reading) => reading.at)
  const own = readings.map((reading, i) =>
    values ? values((reading.at - (at[0] ?? 0)) / 86_400_000, i) : reading.temp,
  )
  return planTraining({ device: 'meter-1', series: [{ property: 'temp', at, values: own }] }, options)
}

test('the parts follow each other in time, and share nothing', () => {
  const { parts } = planOf(20)
  const { train, calibrate, judge } = parts
  expect(train.steps.at(-1)?.at).toBeLessThan(calibrate.steps[0]?.at ?? 0)
  expect(calibrate.steps.at(-1)?.at).toBeLessThan(judge.steps[0]?.at ?? 0)
  expect(train.windows).toBeGreaterThan(2 * judge.windows)
  expect(Math.abs(judge.windows - calibrate.windows)).toBeLessThan(5)
})

test('what is normal is told by the first part alone, and not by a few wild values', () => {
  const calm = planOf(20).properties[0]
  const readings = weather(20)
  const wild = planOf(20, (day, i) => (i % 500 === 0 ? 1e6 : day > 13 ? 1e9 : (readings[i]?.temp ?? 0)))
  expect(wild.properties[0]?.centre).toBeCloseTo(calm?.centre ?? 0, 0)
  expect(wild.properties[0]?.spread).toBeCloseTo(calm?.spread ?? 0, 0)
})

describe('is refused', () => {
  test('too little data, with how much more is needed', () => {
    expect(() => planOf(6)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/5\.8/) as string,
        remedy: expect.stringMatching(/5 more days/) as string,
      }),
    )
  })

  test('much data of which little is good', () => {
    expect(() => planOf(20, (_, i) => (i % 100 < 50 ? NaN : i % 7))).toThrow(/too little/)
  })

  test('a property of which nothing can be learnt', () => {
    expect(() => planOf(20, () => 3)).toThrow(/temp .*never changes/)
    expect(() => planOf(20, (_, i) => i / 10)).toThrow(/temp .*a counter/)
  })
})

test('of properties that nobody named those are left out of which nothing can be learnt, with the reason', () => {
  const readings = weather(12)
  const at = readings.map((reading) => reading.at)
  const series = [
    { property: 'temp', at, values: readings.map(({ temp }) => temp) },
    { property: 'energy', at, values: at.map((_, i) => i) },
    { property: 'limit', at, values: at.map(() => 40) },
    { property: 'anomaly', at, values: at.map((_, i) => (i % 9) / 10) },
  ]
  const plan = planTraining({ device: 'meter-1', series }, { ...options, named: false })
  expect(plan.properties.map(({ id }) => id)).toEqual(['temp'])
  expect(plan.leftOut).toEqual([
    { property: 'energy', reason: expect.stringContaining('a counter') as string },
    { property: 'limit', reason: expect.stringContaining('never changes') as string },
    { property: 'anomaly', reason: expect.stringContaining('the score itself') as string },
  ])
})
