import { describe, expect, test } from 'vitest'
import { cellCount, inputLength, Window } from './window.ts'

const STEP_MS = 900_000
const DAY_MS = 86_400_000
const shape = {
  window: 8,
  stepSeconds: STEP_MS / 1_000,
  properties: [
    { centre: 20, spread: 5 },
    { centre: 0, spread: 1 },
  ],
}

/** Steps one after the other, of which the last ends at noon. */
function windowOf(values: readonly (readonly [number, number])[]): Window {
  const window = new Window(shape)
  values.forEach((both, i) =>
    window.push({ at: DAY_MS / 2 + (i - values.length + 1) * STEP_MS, values: both }),
  )
  return window
}
const steady = (count: number): [number, number][] => Array.from({ length: count }, () => [20, 0])

test('a model is given values as spreads from the centre, what is known, and the time of day', () => {
  const input = windowOf([...steady(6), [30, NaN], [1_000, -2]]).input()
  expect(input).toHaveLength(inputLength(shape))
  const cells = cellCount(shape)
  expect([...(input?.subarray(cells - 4, cells) ?? [])]).toEqual([2, 0, 8, -2])
  expect([...(input?.subarray(2 * cells - 4, 2 * cells) ?? [])]).toEqual([1, 0, 1, 1])
  const [sin, cos, sin2, cos2] = input?.subarray(2 * cells) ?? []
  expect([sin, cos, sin2, cos2].map((wave) => Math.round(wave ?? NaN) + 0)).toEqual([0, -1, 0, 1])
})

describe('nothing is said of a window', () => {
  test('that is not full', () => {
    expect(windowOf(steady(7)).input()).toBeUndefined()
    expect(windowOf(steady(8)).input()).toBeDefined()
  })

  test('of which less than three quarters are known, of any of its properties', () => {
    const gaps = (count: number) => windowOf(steady(8).map(([a, b], i) => [a, i < count ? NaN : b])).input()
    expect(gaps(2)).toBeDefined()
    expect(gaps(3)).toBeUndefined()
  })

  test('whose newest step is not known', () => {
    expect(windowOf([...steady(7), [20, NaN]]).input()).toBeUndefined()
    expect(windowOf([...steady(7), [NaN, 0]]).input()).toBeUndefined()
  })

  test('with a hole in time, until it is full again', () => {
    const window = windowOf(steady(8))
    window.push({ at: DAY_MS, values: [20, 0] })
    expect(window.input()).toBeUndefined()
    for (let i = 1; i < 8; i++) window.push({ at: DAY_MS + i * STEP_MS, values: [20, 0] })
    expect(window.input()).toBeDefined()
  })
})

test('a standstill is counted back from the newest step to the last change, or to what is not known', () => {
  const still = windowOf([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, NaN],
    [5, 1],
    [7, 1],
    [7, 1],
    [7, 1],
  ])
  expect(still.standstills()).toEqual([2, 3])
  expect(windowOf([...steady(7), [21, 0]]).standstills()).toEqual([0, 7])
})
