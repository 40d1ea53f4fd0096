import type { Border } from '@ganzhi/contracts/area'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { borderFaults, boundsOf } from './border.ts'
import { isInside } from './inside.ts'

type Ring = [number, number][]
const polygon = (...coordinates: Ring[]): Border => ({ type: 'Polygon', coordinates })
const square = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
]

describe('a place', () => {
  test('is inside a border, but not in its holes, and in any of its parts', () => {
    const ringRoad = polygon(square(0, 0, 10), square(4, 4, 2))
    expect(isInside(ringRoad, 1, 1)).toBe(true)
    expect(isInside(ringRoad, 5, 5)).toBe(false)
    expect(isInside(ringRoad, 11, 5)).toBe(false)
    const islands: Border = { type: 'MultiPolygon', coordinates: [[square(0, 0, 1)], [square(5, 5, 1)]] }
    expect([0.5, 3, 5.5].map((at) => isInside(islands, at, at))).toEqual([true, false, true])
  })

  test('is found whichever way round its border is drawn', () => {
    const [clockwise, other] = [square(0, 0, 4), square(0, 0, 4).toReversed()]
    for (const ring of [clockwise, other]) expect(isInside(polygon(ring), 1, 3)).toBe(true)
  })

  test('on a border that areas share is in exactly one of them', () => {
    const micro = fc.integer({ min: -90_000, max: 90_000 })
    const share = fc.integer({ min: 0, max: 99 })
    fc.assert(
      fc.property(micro, micro, micro, micro, share, (east, north, bend, tilt, hundredths) => {
        // Four districts that meet at one place, within a square of 0.2°; what is asked for lies where two of them touch.
        const meet: [number, number] = [117.2 + east / 1e6, 31.8 + north / 1e6]
        const corners: Ring = [
          [117.1, 31.7],
          [117.3, 31.7 - Math.abs(bend) / 1e6],
          [117.3, 31.9],
          [117.1 - Math.abs(tilt) / 1e6, 31.9],
        ]
        const districts = corners.map((corner, i) =>
          polygon([meet, corner, corners[(i + 1) % 4] as [number, number], meet]),
        )
        for (const [x, y] of corners) {
          const [lon, lat] = [x, y].map((to, i) => {
            const from = meet[i] as number
            return from + ((to - from) * hundredths) / 100
          }) as [number, number]
          expect(districts.filter((district) => isInside(district, lon, lat))).toHaveLength(1)
        }
      }),
    )
  })
})

describe('a border', () => {
  test('has a box around it', () => {
    expect(boundsOf({ type: 'MultiPolygon', coordinates: [[square(0, 1, 1)], [square(5, 6, 2)]] })).toEqual([
      0, 1, 7, 8,
    ])
  })

  test.each([
    ['no GeoJSON', { type: 'Point', coordinates: [1, 2] }, 'border.type'],
    ['an open ring', polygon(square(0, 0, 1).slice(0, 4)), 'border.coordinates[0]'],
    ['two corners', polygon(square(0, 0, 1).slice(0, 2)), 'border.coordinates[0]'],
    [
      'a line',
      polygon([
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ]),
      'border.coordinates[0]',
    ],
    [
      'a point',
      polygon([
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
      'border.coordinates[0]',
    ],
    ['a bad hole', polygon(square(0, 0, 9), square(1, 1, 1).slice(1)), 'border.coordinates[1]'],
    ['metres', polygon(square(0, 0, 181)), 'border.coordinates[0][1]'],
    [
      'words',
      polygon([
        [0, 0],
        [1, 'x' as unknown as number],
        [1, 1],
        [0, 0],
      ]),
      'border.coordinates[0][1][1]',
    ],
    ['latitude first', polygon(square(31.8, 117.2, 0.1)), 'border.coordinates[0][0]'],
    ['no rings', { type: 'MultiPolygon', coordinates: [[]] }, 'border.coordinates[0]'],
  ])('with %s is refused where it is wrong', (_what, border, field) => {
    expect(borderFaults(border)[0]).toMatchObject({ field })
  })

  test('may have 50,000 positions, and no more', () => {
    const circle = (n: number): Ring => [
      ...Array.from({ length: n - 1 }, (_, i): [number, number] => [
        Math.cos((i / n) * 6),
        Math.sin((i / n) * 6),
      ]),
      [1, 0],
    ]
    expect(borderFaults(polygon(circle(50_000)))).toEqual([])
    expect(borderFaults(polygon(circle(50_001)))[0]).toMatchObject({ field: 'border.coordinates' })
  })
})
