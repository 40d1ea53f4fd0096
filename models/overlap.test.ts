import { describe, expect, test } from 'vitest'
import type { Box } from './detection.ts'
import { overlapOf, withoutOverlaps } from './overlap.ts'

const seen = (label: string, score: number, box: Box) => ({ label, score, box })

describe('overlaps', () => {
  test('two people 5 px apart stay two, far from the corner of the picture too', () => {
    const people = [seen('person', 0.9, [300, 100, 340, 200]), seen('person', 0.8, [345, 100, 385, 200])]
    expect(withoutOverlaps(people, 0.4)).toHaveLength(2)
  })

  test('of one thing seen twice the better box stays, whichever comes first', () => {
    const worse = seen('person', 0.6, [302, 101, 341, 202])
    const better = seen('person', 0.9, [300, 100, 340, 200])
    expect(withoutOverlaps([worse, better], 0.5)).toEqual([better])
  })

  test('things of two labels may lie in one place', () => {
    const found = [seen('person', 0.9, [0, 0, 10, 10]), seen('bicycle', 0.8, [0, 0, 10, 10])]
    expect(withoutOverlaps(found, 0.5)).toHaveLength(2)
  })

  test('a box that was passed over takes no other with it', () => {
    const row = [0, 30, 60].map((x, i) => seen('person', 0.9 - i / 10, [x, 0, x + 100, 10]))
    expect(withoutOverlaps(row, 0.5).map(({ score }) => score)).toEqual([0.9, 0.7])
  })

  test('boxes without an area overlap with nothing', () => {
    expect(overlapOf([5, 5, 5, 5], [0, 0, 10, 10])).toBe(0)
    expect(overlapOf([5, 5, 5, 5], [5, 5, 5, 5])).toBe(0)
  })
})
