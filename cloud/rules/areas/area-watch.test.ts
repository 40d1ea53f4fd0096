import type { Rule } from '@ganzhi/contracts/rule'
import { describe, expect, it } from 'vitest'
import { compiled, minute } from '../engine/engine-under-test.ts'
import type { EngineTransition } from '../engine/step-result.ts'
import { AreaWatch } from './area-watch.ts'
import type { Fact } from './fact.ts'

const noisy = (atLeast: number) => ({ devices: { atLeast, when: { above: 70, property: 'noise' } } })
const watch = (fields: Partial<Rule>, edges: readonly number[] = []) =>
  new AreaWatch(compiled({ for: {}, each: 'street', ...fields }, edges))
const fact = (at: number, kind: Fact['kind'], device: string, what = 'when'): Fact => ({
  kind,
  at: minute(at),
  device,
  what,
})
const tells = (at: number, device: string, value: number): Fact => ({
  ...fact(at, 'meets', device, 'p@PT10M'),
  value,
})
const lines = (transitions: readonly EngineTransition[]): string[] =>
  transitions.map(({ at, from, to }) => `${(at - minute(0)) / 60_000} ${from} → ${to}`)
const told = (area: AreaWatch, facts: readonly Fact[], until: number): EngineTransition[] => [
  ...facts.flatMap((each) => area.take(each)),
  ...area.judgeBefore(minute(until)),
]

describe('an area', () => {
  it('is in alarm while so many of its devices meet the condition, and says which', () => {
    const facts = [fact(1, 'meets', 'a'), fact(2, 'meets', 'b'), fact(5, 'left', 'a')]
    const [on, off, ...more] = told(watch({ when: noisy(2) }), facts, 9)
    const devices = { atLeast: 2, when: { above: 70, property: 'noise' } }
    expect(on).toMatchObject({ at: minute(2), value: 2, why: { devices, counted: 2, who: ['a', 'b'] } })
    expect(off).toMatchObject({ at: minute(5), to: 'clear', value: 1, why: { counted: 1, who: ['b'] } })
    expect(more).toEqual([])
  })

  it('counts a device once, however often it is told', () => {
    const facts = [fact(1, 'meets', 'a'), fact(2, 'meets', 'a'), fact(3, 'left', 'b')]
    expect(told(watch({ when: noisy(2) }), facts, 9)).toEqual([])
  })

  it('passes over devices that change places within a moment', () => {
    const area = watch({ when: { ...noisy(1), for: 'PT5M' } })
    const facts = [fact(0, 'meets', 'a'), fact(3, 'left', 'a'), fact(3, 'meets', 'b'), fact(9, 'left', 'b')]
    expect(lines(told(area, facts, 20))).toEqual(['5 clear → major', '9 major → clear'])
  })

  it('lasts as the condition says: for, and clearFor', () => {
    const area = watch({ when: { ...noisy(1), for: 'PT2M', clearFor: 'PT3M' } })
    const facts = [fact(1, 'meets', 'a'), fact(4, 'left', 'a')]
    expect(lines(told(area, facts, 20))).toEqual(['3 clear → major', '7 major → clear'])
  })

  it('puts together what different devices say', () => {
    const crowd = { devices: { atLeast: 1, when: { during: 'cn.ganzhi.crowd' } } }
    const area = watch({ when: { all: [crowd, noisy(1)] } })
    const facts = [
      fact(1, 'meets', 'gw/camera', 'when.all[0]'),
      fact(4, 'meets', 'gw/meter', 'when.all[1]'),
      fact(6, 'left', 'gw/camera', 'when.all[0]'),
    ]
    const [on, off] = told(area, facts, 9)
    expect(on).toMatchObject({
      at: minute(4),
      value: null,
      why: { all: [{ who: ['gw/camera'] }, { who: ['gw/meter'], since: '2026-11-21T00:04:00.000Z' }] },
    })
    expect(off).toMatchObject({ at: minute(6), to: 'clear', why: { all: [{ counted: 0, who: [] }] } })
  })

  it('counts events of all its devices', () => {
    const area = watch({ when: { events: { type: 'cn.x', atLeast: 2, within: 'PT10M' } } })
    const facts = [fact(1, 'event', 'a', 'cn.x'), fact(5, 'event', 'b', 'cn.x')]
    expect(lines(told(area, facts, 20))).toEqual(['5 clear → major', '11 major → clear'])
  })

  it('judges what all its devices tell, when the moment is over, and says by what numbers', () => {
    const area = watch({ when: { expression: 'count(p) >= 3 && avg(p) > 10.0', clear: 'max(p) < 9.0' } })
    const facts = [
      tells(1, 'a', 5),
      tells(1, 'b', 11),
      tells(2, 'c', 20),
      tells(2, 'a', 1),
      tells(3, 'a', 2),
      tells(4, 'c', 8),
      tells(4, 'b', 8.5),
    ]
    const [on, off, ...more] = told(area, facts, 9)
    expect(on).toMatchObject({ at: minute(2), value: null })
    expect(on?.why).toMatchObject({ numbers: { 'count(p)': 3, 'avg(p)': 32 / 3 } })
    expect(off).toMatchObject({
      at: minute(4),
      to: 'clear',
      why: { clear: 'max(p) < 9.0', numbers: { 'max(p)': 8.5 } },
    })
    expect(more).toEqual([])
  })

  it('has no mean of nothing: what is on stays on, unless the number of devices says otherwise', () => {
    const facts = [tells(1, 'a', 20), { ...tells(3, 'a', 20), kind: 'left' as const }]
    expect(lines(told(watch({ when: { expression: 'avg(p) > 10.0' } }), facts, 9))).toEqual([
      '1 clear → major',
    ])
    const counting = watch({ when: { expression: 'count(p) > 0 && avg(p) > 10.0' } })
    expect(lines(told(counting, facts, 9))).toEqual(['1 clear → major', '3 major → clear'])
  })

  it('goes on where its expression fails, and says so', () => {
    const area = watch({ when: { expression: '100 / count(q) > 3 || avg(p) > 90.0' } })
    expect(told(area, [tells(1, 'a', 20)], 3)).toEqual([])
    expect(area.fault).toEqual({ field: 'when.expression', message: 'division by zero' })
    const facts = [{ ...tells(4, 'a', 5), what: 'q@PT10M' }]
    expect(lines(told(area, facts, 9))).toEqual(['4 clear → major'])
  })

  it('comes to the same sum in whatever order its devices have told', () => {
    const values = Array.from({ length: 100 }, (_, n) => 0.1 * ((n * 37) % 100))
    const sums = [values, values.toReversed()].map((each) => {
      const area = watch({ when: { expression: 'sum(p) > 0.0' } })
      return told(
        area,
        each.map((value, n) => tells(1, `${value}.${n}`, value)),
        9,
      )[0]?.why
    })
    expect(sums[0]).toEqual(sums[1])
  })

  it('is judged anew when a span of its schedule begins, by who meets the condition then', () => {
    const area = watch({ when: noisy(2), active: { spans: [{ from: '00:10', to: '00:20' }] } }, [10, 20])
    const facts = [fact(1, 'meets', 'a'), fact(2, 'meets', 'b')]
    expect(lines(told(area, facts, 30))).toEqual(['10 clear → major', '20 major → clear'])
  })

  it('is judged so by what its devices tell as well, where none tells of the first that is asked', () => {
    const when = { expression: 'count(q) < 1 && avg(p) > 10.0' }
    const area = watch({ when, active: { spans: [{ from: '00:10', to: '00:20' }] } }, [10, 20])
    expect(lines(told(area, [tells(1, 'a', 20)], 30))).toEqual(['10 clear → major', '20 major → clear'])
  })

  it('has nothing to remember when nobody meets anything', () => {
    const area = watch({ when: noisy(1) })
    told(area, [fact(1, 'meets', 'a')], 5)
    expect(area.isAtRest).toBe(false)
    told(area, [fact(6, 'left', 'a')], 9)
    expect(area.isAtRest).toBe(true)
  })
})
