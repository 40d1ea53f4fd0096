import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from '../engine-under-test.ts'

describe('stuck', () => {
  const rule = compiled({ when: { stuck: 'PT2H' } })

  it('holds at the sample that is long enough after the first of the same, and no longer at another', () => {
    const inputs = [
      sample(0, 1),
      sample(60, 1),
      sample(119, 1),
      clock(125),
      sample(130, 1),
      sample(140, 2),
      clock(140),
    ]
    expect(told(rule, inputs)).toMatchObject([
      { at: 130, change: 'clear → major', why: { stuck: 'PT2H', since: '2026-11-21T02:10:00.000Z' } },
      { at: 140, change: 'major → clear' },
    ])
  })

  it('compares what is no number by equality, and takes values of another type for others', () => {
    expect(lines(rule, [sample(0, 'a'), sample(120, 'a'), sample(130, 'b'), clock(130)])).toHaveLength(2)
    const near = compiled({ when: { stuck: 'PT2H', within: 1 } })
    expect(lines(near, [sample(0, 1), sample(60, '1'), sample(120, 1), clock(120)])).toEqual([])
    expect(lines(near, [sample(0, true), sample(120, true), sample(121, 5), clock(125)])).toHaveLength(2)
  })

  it('looks, with `within`, at the longest run up to the newest of which no two are further apart', () => {
    const near = compiled({ when: { stuck: 'PT2H', within: 1 } })
    const drift = [
      sample(0, 0),
      sample(60, 0.5),
      sample(120, 1),
      sample(240, 1.5),
      sample(250, 3),
      clock(250),
    ]
    expect(lines(near, drift)).toEqual(['120 clear → major', '250 major → clear'])
  })

  it('agrees with looking at all samples again', () => {
    const steps = fc.array(
      fc.record({ after: fc.integer({ min: 0, max: 40 }), value: fc.integer({ min: 0, max: 6 }) }),
      {
        maxLength: 60,
      },
    )
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 4 }), (each, within) => {
        let at = 0
        const samples = each.map(({ after, value }) => ({ at: (at += after), value }))
        const held = samples.map((newest, n) => {
          let first = n
          const run = (from: number): number[] => samples.slice(from, n + 1).map(({ value }) => value)
          while (first > 0 && Math.max(...run(first - 1)) - Math.min(...run(first - 1)) <= within) first -= 1
          return newest.at - (samples[first]?.at ?? 0) >= 120
        })
        const changes = samples.flatMap((newest, n) => {
          const last = samples[n + 1]?.at !== newest.at
          return last ? [{ at: newest.at, held: held[n] ?? false }] : []
        })
        const expected = changes.filter(({ held }, n) => held !== (changes[n - 1]?.held ?? false))
        const near = compiled({ when: { stuck: 'PT2H', within } })
        const inputs = [...samples.map(({ at, value }) => sample(at, value)), clock(at)]
        expect(told(near, inputs).map(({ at, change }) => ({ at, held: change.endsWith('major') }))).toEqual(
          expected,
        )
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})
