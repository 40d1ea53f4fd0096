import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crowdsIn, type Nearness } from './crowd.ts'
import type { Thing } from './thing.ts'

const NEARNESS: Nearness = { reach: 1, depth: 2, neighbours: 2, aspect: 16 / 9 }

/** Somebody who stands at x, y and is so high, in shares of the picture. */
function person(x: number, y: number, height = 0.2): Thing {
  return { label: 'person', score: 0.8, box: [x - height / 8, y - height, x + height / 8, y] }
}

const sizes = (people: readonly Thing[]) => crowdsIn(people, NEARNESS).map(({ length }) => length)

describe('a crowd', () => {
  it('is who stands within a body height of each other', () => {
    const near = [0.2, 0.28, 0.36, 0.44].map((x) => person(x, 0.9))
    expect(sizes(near)).toEqual([4])
    expect(sizes([0.2, 0.4, 0.6, 0.8].map((x) => person(x, 0.9)))).toEqual([])
  })

  it('is told apart from another one', () => {
    const groups = [0.1, 0.15, 0.2, 0.7, 0.75, 0.8, 0.85].map((x) => person(x, 0.8))
    expect(sizes(groups)).toEqual([4, 3])
  })

  it('is the same far away, where all is small', () => {
    const group = (scale: number) =>
      [0, 0.4, 0.8, 1.2].map((x) => person(0.3 + (x * scale) / 5, 0.6, 0.2 * scale))
    expect(sizes(group(1))).toEqual([4])
    expect(sizes(group(0.25))).toEqual([4])
  })

  it('does not join who is in front of the camera with those far behind him', () => {
    const far = [0.5, 0.51, 0.52].map((x) => person(x, 0.5, 0.05))
    expect(sizes([...far, person(0.51, 0.52, 0.4)])).toEqual([3])
  })

  it('is joined by who stands at its edge, but not by those whom only he is near to', () => {
    const crowd = [0.2, 0.22, 0.24, 0.26].map((x) => person(x, 0.9))
    const row = [0.36, 0.46].map((x) => person(x, 0.9))
    const [found = []] = crowdsIn([...crowd, ...row], { ...NEARNESS, neighbours: 3 })
    expect(found).toHaveLength(5)
    expect(found).not.toContain(row[1])
  })

  it('takes what lies deeper in the picture for further than it looks', () => {
    const beside = [0, 0.1, 0.2].map((x) => person(0.3 + x, 0.9))
    const behind = [0, 0.1, 0.2].map((x) => person(0.5, 0.5 + (x * 16) / 9))
    expect([sizes(beside), sizes(behind)]).toEqual([[3], []])
  })

  it('holds each person once at most, in whatever order they are seen', () => {
    const people = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.2, max: 1, noNaN: true })),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(people, fc.nat(), (places, turn) => {
        const all = places.map(([x, y]) => person(x, y))
        const crowds = crowdsIn(all, NEARNESS)
        expect(new Set(crowds.flat()).size).toBe(crowds.flat().length)
        const turned = [...all.slice(turn % (all.length + 1)), ...all.slice(0, turn % (all.length + 1))]
        // Who stands between two groups may be counted to either of them.
        expect(crowdsIn(turned, NEARNESS)).toHaveLength(crowds.length)
      }),
    )
  })
})
