import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from '../engine-under-test.ts'

/** A degree of latitude is 111.2 km, at 60° north one of longitude half of it. */
const ROUTE: [number, number][] = [
  [10, 60],
  [10.2, 60],
  [10.2, 60.1],
]
const YARD: [number, number][] = [
  [10, 60],
  [10.2, 60],
  [10.2, 60.1],
  [10, 60.1],
]
const at = (minute: number, lon: number, lat: number) => [
  sample(minute, lon, 'lon'),
  sample(minute, lat, 'lat'),
]

describe('outside', () => {
  const off = compiled({ for: {}, when: { outside: { route: ROUTE, by: 1_000 } } })

  it('holds while the place is further from the route than that, wherever along it', () => {
    const inputs = [
      ...at(0, 10.1, 60.008),
      ...at(1, 10.1, 60.01),
      ...at(2, 10.215, 60.05),
      ...at(3, 10.22, 60.05),
      ...at(4, 9.985, 60),
      ...at(5, 9.98, 60),
      clock(5),
    ]
    expect(lines(off, inputs)).toEqual([
      '1 clear → major',
      '2 major → clear',
      '3 clear → major',
      '4 major → clear',
      '5 clear → major',
    ])
    expect(told(off, inputs)[0]?.why).toMatchObject({ outside: { of: 'route', by: 1_000 }, metres: 1_112 })
  })

  it('holds beyond a border, however little, and not within it', () => {
    const yard = compiled({ for: {}, when: { outside: { polygon: YARD } } })
    const inputs = [...at(0, 10.1, 60.05), ...at(1, 10.21, 60.05), ...at(2, 10.199, 60.099), clock(2)]
    expect(lines(yard, inputs)).toEqual(['1 clear → major', '2 major → clear'])
  })

  it('is judged when both coordinates of a moment are known', () => {
    const inputs = [...at(0, 10.1, 60), ...at(1, 10.2, 60.09), clock(1)]
    expect(lines(off, inputs)).toEqual([])
  })

  it('is in between while one of them was never said', () => {
    expect(lines(off, [sample(0, 50, 'lon'), clock(1), sample(2, 60, 'lat'), clock(2)])).toEqual([
      '2 clear → major',
    ])
  })

  it('does not use what is no place on earth', () => {
    expect(lines(off, [...at(0, 10.1, 60), sample(1, 999, 'lon'), clock(1)])).toEqual([])
  })

  it('knows both sides of the date line', () => {
    const fiji = compiled({
      for: {},
      when: {
        outside: {
          polygon: [
            [179, -1],
            [-179, -1],
            [-179, 1],
            [179, 1],
          ],
        },
      },
    })
    expect(lines(fiji, [...at(0, 179.5, 0), ...at(1, -179.5, 0), ...at(2, -178.5, 0), clock(2)])).toEqual([
      '2 clear → major',
    ])
  })

  it('goes by other properties where they are named', () => {
    const rule = compiled({ for: {}, when: { outside: { polygon: YARD, lon: 'x', lat: 'y' } } })
    expect([...rule.properties].toSorted()).toEqual(['x', 'y'])
    expect(lines(rule, [sample(0, 0, 'x'), sample(0, 0, 'y'), clock(0)])).toEqual(['0 clear → major'])
  })
})
