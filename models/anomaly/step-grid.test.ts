import { expect, test } from 'vitest'
import { type Step, StepGrid } from './step-grid.ts'

const MINUTE = 60_000
const options = { stepMs: 10 * MINUTE, holdMs: 30 * MINUTE, properties: 1, window: 12 }

/** `[minute, value]` of one property. */
function steps(readings: readonly (readonly [number, number])[], until: number): Step[] {
  const grid = new StepGrid(options)
  const ended = readings.flatMap(([minute, value]) => grid.say(0, minute * MINUTE, value))
  return [...ended, ...grid.advance(until * MINUTE)]
}
const values = (found: readonly Step[]) => found.map((step) => step.values[0])

test('a step is the mean over time of what was said', () => {
  expect(
    steps(
      [
        [0, 10],
        [5, 20],
        [12, 40],
      ],
      20,
    ),
  ).toEqual([
    { at: 10 * MINUTE, values: [15] },
    { at: 20 * MINUTE, values: [36] },
  ])
})

test('a value holds until another is said, but not for ever', () => {
  expect(values(steps([[0, 7]], 60))).toEqual([7, 7, 7, NaN, NaN, NaN])
})

test('what is bad is not known, from then until something good is said', () => {
  expect(
    values(
      steps(
        [
          [0, 1],
          [8, NaN],
          [27, 3],
        ],
        40,
      ),
    ),
  ).toEqual([1, NaN, NaN, 3])
})

test('a reading that comes late changes no step that has ended', () => {
  const grid = new StepGrid(options)
  grid.say(0, 0, 1)
  expect(values(grid.advance(10 * MINUTE))).toEqual([1])
  expect(grid.say(0, 2 * MINUTE, 100)).toEqual([])
  expect(values(grid.advance(20 * MINUTE))).toEqual([100])
})

test.each([1_000_000, -1_000_000])('a clock that jumps by %d minutes begins anew', (jump) => {
  const grid = new StepGrid(options)
  grid.say(0, 2_000_000 * MINUTE, 1)
  expect(grid.advance((2_000_000 + jump) * MINUTE)).toEqual([])
  grid.say(0, (2_000_000 + jump) * MINUTE, 5)
  expect(values(grid.advance((2_000_010 + jump) * MINUTE))).toEqual([5])
})
