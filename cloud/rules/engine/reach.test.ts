import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clock, compiled, event, lines, minute, reach, sample, told } from './engine-under-test.ts'
import type { RuleInput } from './rule-input.ts'
import { step, watchFrom } from './step.ts'

describe('while the gateway of a device is not heard of', () => {
  const rule = compiled({ when: { noData: 'PT10M' } })

  it('its silence is no alarm, and counts anew from when it is heard again', () => {
    expect(lines(rule, [sample(0, 7), reach(5, false), clock(100)])).toEqual([])
    expect(lines(rule, [sample(0, 7), reach(5, false), reach(60, true), clock(100)])).toEqual([
      '70 clear → major',
    ])
    expect(lines(rule, [sample(0, 7), reach(5, false), reach(60, true), sample(69, 7), clock(78)])).toEqual(
      [],
    )
  })

  it('silence that is over at the very moment is none', () => {
    expect(lines(rule, [sample(0, 7), reach(10, false), clock(100)])).toEqual([])
  })

  it('an alarm that is open stays so until data come', () => {
    const silent = [sample(0, 7), clock(20), reach(25, false)]
    expect(lines(rule, [...silent, reach(60, true), clock(100)])).toEqual(['10 clear → major'])
    expect(lines(rule, [...silent, sample(30, 7), clock(50), reach(60, true), clock(100)])).toEqual([
      '10 clear → major',
      '30 major → clear',
      '70 clear → major',
    ])
  })

  it('what began to clear clears, and is not held open by silence', () => {
    const slow = compiled({ when: { stale: 'PT10M', clearFor: 'PT20M' } })
    expect(lines(slow, [sample(0, 7), sample(15, 7), reach(16, false), clock(100)])).toEqual([
      '10 clear → major',
      '35 major → clear',
    ])
  })

  it('values that come for that time are judged as any', () => {
    const levels = compiled({
      levels: [
        { severity: 'minor', when: { noData: 'PT10M' } },
        { severity: 'major', when: { above: 10 } },
      ],
    })
    expect(lines(levels, [sample(0, 7), reach(5, false), sample(20, 11), sample(30, 3), clock(100)])).toEqual(
      ['20 clear → major', '30 major → clear'],
    )
  })

  it('a span of the schedule that begins counts no silence either', () => {
    const scheduled = compiled(
      { when: { noData: 'PT10M' }, active: { spans: [{ from: '00:00', to: '01:00' }] } },
      [60, 180],
    )
    const away = [sample(0, 7), reach(5, false)]
    expect(lines(scheduled, [...away, clock(100)])).toEqual([])
    expect(lines(scheduled, [...away, reach(100, true), clock(200)])).toEqual([
      '110 clear → major',
      '180 major → clear',
    ])
  })

  it('a rule that begins to look counts no silence', () => {
    const { state } = step(rule, watchFrom(rule, minute(0), false), reach(60, true))
    expect(step(rule, state, clock(100)).transitions).toMatchObject([{ at: minute(70) }])
  })

  it('rules that know of no silence are as they would be', () => {
    const other = compiled({ when: { events: { type: 'cn.ganzhi.crowd', atLeast: 1, within: 'PT10M' } } })
    expect(lines(other, [event(0, 'started'), reach(5, false), clock(100)])).toEqual([
      '0 clear → major',
      '10 major → clear',
    ])
    expect(step(other, undefined, reach(5, false)).state).toBeUndefined()
  })
})

/** What `noData: PT10M` tells, looked at every half minute. */
function expectedLines(inputs: readonly RuleInput[]): string[] {
  const found: string[] = []
  let [heard, on] = [true, false]
  let silentSince: number | undefined
  for (let at = 0; at <= 100; at += 0.5) {
    const before = on
    for (const input of inputs.filter((each) => each.at === minute(at))) {
      const begins = input === inputs[0] || input.kind === 'sample'
      if (input.kind === 'sample') on = false
      if (input.kind !== 'reach') silentSince = begins && heard ? at : silentSince
      else if (input.reached !== heard || begins) {
        heard = input.reached
        silentSince = heard ? at : undefined
      }
    }
    if (silentSince !== undefined && at - silentSince >= 10) on = true
    if (on !== before) found.push(`${at} ${on ? 'clear → major' : 'major → clear'}`)
  }
  return found
}

it('silence is what a look at every half minute finds of it', () => {
  const rule = compiled({ when: { noData: 'PT10M' } })
  const steps = fc.array(
    fc.record({
      after: fc.constantFrom(0.5, 1, 4, 9.5, 10, 10.5, 20),
      kind: fc.constantFrom('sample', 'reached', 'lost'),
    }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(steps, (given) => {
      let at = 0
      const inputs = given.map(({ after, kind }) =>
        kind === 'sample' ? sample((at += after), 7) : reach((at += after), kind === 'reached'),
      )
      const seen = inputs.filter((input) => input.at <= minute(100))
      expect(lines(rule, [...seen, clock(100)])).toEqual(expectedLines(seen))
    }),
    { seed: 7, numRuns: 1_000 },
  )
})

describe('offline', () => {
  const rule = compiled({
    levels: [
      { severity: 'minor', when: { offline: 'PT3M' } },
      { severity: 'major', when: { offline: 'PT30M', clearFor: 'PT2M' } },
    ],
  })

  it('holds that long after the gateway was last heard, and no longer when it is heard', () => {
    expect(told(rule, [reach(5, false), reach(50, true), clock(100)])).toEqual([
      {
        at: 8,
        change: 'clear → minor',
        value: null,
        why: { offline: 'PT3M', since: '2026-11-21T00:08:00.000Z' },
      },
      { at: 35, change: 'minor → major', value: null, why: expect.anything() },
      {
        at: 52,
        change: 'major → clear',
        value: null,
        why: { offline: 'PT30M', clearFor: 'PT2M', since: '2026-11-21T00:50:00.000Z' },
      },
    ])
  })

  it('does not hold where it is heard before, or at the very moment', () => {
    expect(lines(rule, [reach(5, false), reach(8, true), clock(100)])).toEqual([])
    expect(lines(rule, [reach(5, true), clock(100)])).toEqual([])
  })

  it('counts from the beginning of a span of the schedule', () => {
    const scheduled = compiled(
      { when: { offline: 'PT3M' }, active: { spans: [{ from: '00:00', to: '01:00' }] } },
      [60, 180],
    )
    expect(lines(scheduled, [reach(5, false), reach(70, true), clock(200)])).toEqual([
      '63 clear → major',
      '70 major → clear',
    ])
  })

  it('leaves nothing to remember of a gateway that is heard', () => {
    const away = step(rule, undefined, reach(5, false)).state
    expect(step(rule, away, reach(6, true)).state).toBeUndefined()
  })
})
