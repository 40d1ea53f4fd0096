import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { follow, isSteady, type Stay, type StayOptions } from './stays.ts'
import type { Thing } from './thing.ts'

const OPTIONS: StayOptions = {
  stays: 'in-place',
  windowMs: 10_000,
  hitRatio: 0.6,
  clearRatio: 0.2,
  clearMs: 60_000,
  whileHidden: true,
  aspect: 16 / 9,
}

function stall(x: number, y = 0.5): Thing {
  return { label: 'stall', score: 0.7, box: [x, y, x + 0.1, y + 0.2] }
}

function watch(
  looks: readonly (readonly Thing[])[],
  options = OPTIONS,
  covers: readonly Thing[] = [],
  passedMs = 1_000,
): Stay[] {
  return looks.reduce<Stay[]>((before, things) => follow(before, things, covers, passedMs, options), [])
}

const times = <T>(count: number, each: (i: number) => T) => Array.from({ length: count }, (_, i) => each(i))

describe('a stall', () => {
  it('stays as long as it is seen in its place, however its box trembles', () => {
    const [stay, ...others] = watch(times(301, (i) => [stall(0.4 + 0.01 * Math.sin(i))]))
    expect(others).toEqual([])
    expect(stay?.stayedMs).toBe(300_000)
  })

  it('that is pushed along is always another one: it does not stay', () => {
    const stays = watch(times(300, (i) => [stall(0.1 + 0.002 * i)]))
    expect(Math.max(...stays.map(({ stayedMs }) => stayedMs))).toBeLessThan(100_000)
  })

  it('is remembered while customers stand before it, and while it is missed now and then', () => {
    const customers: Thing = { label: 'person', score: 0.9, box: [0.35, 0.4, 0.55, 0.8] }
    const before = watch(times(100, (i) => (i % 4 === 0 ? [] : [stall(0.4)])))
    const hidden = times(200, () => 0).reduce<Stay[]>(
      (all) => follow(all, [], [customers], 1_000, OPTIONS),
      before,
    )
    expect(hidden).toMatchObject([{ now: 'hidden', stayedMs: 298_000 }])
    expect(isSteady(hidden[0]!, OPTIONS)).toBe(true)
  })

  it('that is seen in every fourth look only is none', () => {
    const stays = watch(times(400, (i) => (i % 4 === 0 ? [stall(0.4)] : [])))
    expect(stays.every((stay) => !isSteady(stay, OPTIONS) || stay.stayedMs < 10_000)).toBe(true)
  })

  it('is gone after the time to clear', () => {
    const stays = watch([...times(100, () => [stall(0.4)]), ...times(64, () => [])])
    expect(stays).toEqual([])
  })

  it('is not taken for the next one beside it', () => {
    const two = watch(times(50, () => [stall(0.4), stall(0.52)]))
    expect(two.map(({ stayedMs }) => stayedMs)).toEqual([49_000, 49_000])
  })
})

describe('somebody who lingers', () => {
  const options: StayOptions = { ...OPTIONS, stays: 'in-zone' }
  const person = (x: number): Thing => ({ label: 'person', score: 0.8, box: [x, 0.5, x + 0.04, 0.7] })

  it('is the same while he walks up and down', () => {
    const stays = watch(
      times(121, (i) => [person(0.5 + 0.2 * Math.sin(i / 8))]),
      options,
    )
    expect(stays).toMatchObject([{ stayedMs: 120_000 }])
  })

  it('is not made of passers-by one after the other', () => {
    const passing = times(200, (i) => [person(0.05 * (i % 20))])
    const longest = Math.max(...watch(passing, options).map(({ stayedMs }) => stayedMs))
    expect(longest).toBeLessThan(60_000)
  })
})

it('whatever is seen, no more is remembered than there is room for, and nothing has stayed longer than time has passed', () => {
  const things = fc.array(
    fc.tuple(fc.double({ min: 0, max: 0.9, noNaN: true }), fc.double({ min: 0, max: 0.8, noNaN: true })),
    { maxLength: 100 },
  )
  fc.assert(
    fc.property(fc.array(things, { maxLength: 20 }), fc.boolean(), (looks, inZone) => {
      const options: StayOptions = { ...OPTIONS, stays: inZone ? 'in-zone' : 'in-place' }
      const stays = watch(
        looks.map((places) => places.map(([x, y]) => stall(x, y))),
        options,
      )
      expect(stays.length).toBeLessThanOrEqual(64)
      expect(stays.every(({ stayedMs }) => stayedMs < looks.length * 1_000)).toBe(true)
    }),
    { numRuns: 50 },
  )
})
