import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign } from './assignment.ts'

const ALONE = 1

function total(costs: readonly (readonly number[])[], columns: readonly number[]): number {
  return columns.reduce((sum, column, row) => sum + (column < 0 ? ALONE : costs[row]![column]!), 0)
}

function leastTotal(costs: readonly (readonly number[])[], row = 0, taken: readonly number[] = []): number {
  if (row === costs.length) return 0
  const alone = ALONE + leastTotal(costs, row + 1, taken)
  const each = costs[row]!.flatMap((cost, column) =>
    taken.includes(column) ? [] : [cost + leastTotal(costs, row + 1, [...taken, column])],
  )
  return Math.min(alone, ...each)
}

const cost = fc.oneof(fc.double({ min: 0, max: 1.4, noNaN: true }), fc.constant(Infinity))
const matrix = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )

test('the sum of costs is the least there is, whoever stays alone', () => {
  fc.assert(
    fc.property(matrix, (costs) => {
      const columns = assign(costs, ALONE)
      const given = columns.filter((column) => column >= 0)
      expect(new Set(given).size).toBe(given.length)
      expect(total(costs, columns)).toBeCloseTo(leastTotal(costs), 9)
    }),
    { numRuns: 300 },
  )
})

test('a nearest neighbour is given up where both are better served so', () => {
  const costs = [
    [0.1, 0.2],
    [0.15, 0.9],
  ]
  expect(assign(costs, ALONE)).toEqual([1, 0])
})

test('a crowd in which everybody could be anybody is settled too', () => {
  const size = 200
  const costs = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) =>
      row === column ? 0 : 0.5 + ((row * 31 + column) % 97) / 1_000,
    ),
  )
  expect(assign(costs, ALONE)).toEqual(Array.from({ length: size }, (_, row) => row))
})
