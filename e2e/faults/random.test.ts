import { expect, test } from 'vitest'

import { seededRandom } from './random.ts'

const drawn = (seed: string) => {
  const random = seededRandom(seed)
  return Array.from({ length: 20 }, () => random.integer(1, 6))
}

test('the same seed draws the same, another draws otherwise', () => {
  expect(drawn('a')).toEqual(drawn('a'))
  expect(drawn('a')).not.toEqual(drawn('b'))
})

test('every number of the range is drawn, and none beyond it', () => {
  const random = seededRandom('dice')
  const seen = new Set(Array.from({ length: 1_000 }, () => random.integer(1, 6)))
  expect([...seen].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
})

test('who draws from a fork does not change what others draw', () => {
  const alone = seededRandom('a')
  const shared = seededRandom('a')
  shared.fork('load').integer(1, 6)
  expect(shared.integer(1, 1_000_000)).toBe(alone.integer(1, 1_000_000))
})
