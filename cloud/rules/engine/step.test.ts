import type { RuleCondition, SingleCondition } from '@ganzhi/contracts/rule-condition'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledRule } from './compile-rule.ts'
import { clock, compiled, event, minute, reach, sample } from './engine-under-test.ts'
import type { RuleInput } from './rule-input.ts'
import { dueAt, type RuleState } from './rule-state.ts'
import type { EngineTransition } from './step-result.ts'
import { step } from './step.ts'

const lasting = fc.constantFrom('PT0S', 'PT1M', 'PT3M')
const property = fc.constantFrom('p', 'q')
const of = fc.constantFrom({ n: 1, m: 2 }, { n: 2, m: 3 })
const fields = <Fields extends object>(condition: Fields) =>
  fc.record({ property, of, for: lasting, clearFor: lasting }, { requiredKeys: [] }).map((rest) => ({
    ...condition,
    ...rest,
  }))
const ending = <Fields extends object>(condition: Fields) =>
  fc.record({ clearFor: lasting }, { requiredKeys: [] }).map((rest) => ({ ...condition, ...rest }))

const YARD: [number, number][] = [
  [1.5, 1.5],
  [6.5, 1.5],
  [6.5, 6.5],
]
const single: fc.Arbitrary<SingleCondition> = fc.oneof(
  fields({ above: 5, clearBelow: 3 }),
  fields({ above: { attribute: 'limit' } }),
  fields({ below: 2 }),
  fields({ equals: 4 }),
  fields({ rate: { above: 1, below: -2, per: 'PT1M', over: 'PT5M' } }),
  ending({ stuck: 'PT4M', within: 1 }),
  ending({ stuck: 'PT4M' }),
  ending({ noData: 'PT3M', property: 'p' }),
  ending({ stale: 'PT3M', property: 'q' }),
  ending({ expression: 'p > q', clear: 'p < 1.0' }),
  ending({ outside: { polygon: YARD, lon: 'p', lat: 'q' } }),
  ending({ devices: { atLeast: 3, when: { above: 1 } } }),
  ending({ during: 'cn.ganzhi.crowd', for: 'PT1M' }),
  ending({ events: { type: 'cn.ganzhi.crowd', atLeast: 2, within: 'PT4M' } }),
)
const several = fc.array(single, { minLength: 2, maxLength: 3 })
const condition: fc.Arbitrary<RuleCondition> = fc.oneof(
  { weight: 3, arbitrary: single },
  { weight: 1, arbitrary: fc.record({ all: several, for: lasting, clearFor: lasting }) },
  { weight: 1, arbitrary: fc.record({ any: several, for: lasting, clearFor: lasting }) },
)
const unusable = fc.constantFrom('hold', 'reset', 'clear')
const rules: fc.Arbitrary<CompiledRule> = fc
  .record(
    {
      levels: fc.tuple(condition, condition).map(
        ([minor, major]) =>
          [
            { severity: 'minor', when: minor },
            { severity: 'major', when: major },
          ] as const,
      ),
      bad: unusable,
      nan: unusable,
      after: fc.constantFrom('clear', 'keep'),
      edges: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 4 }),
    },
    { requiredKeys: ['levels', 'edges'] },
  )
  .map(({ levels, edges, after = 'clear', ...policies }) => {
    const active = { spans: [{ from: '00:00', to: '24:00' }], after }
    const rule = { levels: [...levels], ...policies, ...(edges.length > 0 && { active }) }
    return compiled(
      rule,
      edges.toSorted((a, b) => a - b),
    )
  })

const inputs: fc.Arbitrary<RuleInput[]> = fc
  .array(
    fc.record({
      after: fc.constantFrom(0, 0, 0.5, 1, 1, 2, 5),
      make: fc.oneof(
        {
          weight: 6,
          arbitrary: fc.tuple(fc.integer({ min: 0, max: 8 }), property).map(
            ([value, of]) =>
              (at: number) =>
                sample(at, value, of),
          ),
        },
        { weight: 1, arbitrary: property.map((of) => (at: number) => sample(at, null, of)) },
        { weight: 1, arbitrary: property.map((of) => (at: number) => sample(at, 1, of, 'bad-comm')) },
        { weight: 1, arbitrary: fc.boolean().map((reached) => (at: number) => reach(at, reached)) },
        {
          weight: 2,
          arbitrary: fc.tuple(fc.constantFrom('started', 'ended'), fc.constantFrom('i', 'j')).map(
            ([phase, incident]) =>
              (at: number) =>
                event(at, phase, incident),
          ),
        },
      ),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let at = 0
    return steps.map(({ after, make }) => make((at += after)))
  })

interface Played {
  readonly transitions: EngineTransition[]
  readonly state: RuleState | undefined
}

function play(
  rule: CompiledRule,
  given: readonly RuleInput[],
  between?: (state: RuleState | undefined) => RuleState | undefined,
): Played {
  let state: RuleState | undefined
  const transitions = [...given, clock(100)].flatMap((input) => {
    const result = step(rule, between ? between(state) : state, input, { limit: 4 })
    state = result.state
    return result.transitions
  })
  return { transitions, state }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) ?? undefined

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen)
    Object.freeze(value)
  }
  return value
}

describe('a step', () => {
  it('finds all that it needs in the state, also when that has been JSON meanwhile', () => {
    fc.assert(
      fc.property(rules, inputs, (rule, given) => {
        const carried = play(rule, given, (state) => plain(state) as RuleState | undefined)
        const whole = play(rule, given)
        expect(carried.transitions).toEqual(whole.transitions)
        expect(plain(carried.state)).toEqual(plain(whole.state))
      }),
      { seed: 3, numRuns: 1_500 },
    )
  })

  it('never changes the state that it is given', () => {
    fc.assert(
      fc.property(rules, inputs, (rule, given) => {
        expect(play(rule, given, frozen).transitions).toEqual(play(rule, given).transitions)
      }),
      { seed: 4, numRuns: 500 },
    )
  })

  it('gives the same whatever moments the clock comes at between inputs', () => {
    fc.assert(
      fc.property(rules, inputs, fc.array(fc.integer({ min: -2, max: 400 })), (rule, given, ticks) => {
        const last = given.at(-1)?.at ?? minute(0)
        // At the moment of an input the clock says that no other of that moment comes: it stands behind them.
        const clocks: RuleInput[] = ticks.map((tick) => clock(tick / 4)).filter(({ at }) => at <= last)
        const mixed = [...given, ...clocks].toSorted(
          (a, b) => a.at - b.at || Number(a.kind === 'clock') - Number(b.kind === 'clock'),
        )
        expect(play(rule, mixed).transitions).toEqual(play(rule, given).transitions)
      }),
      { seed: 5, numRuns: 1_500 },
    )
  })

  it('says when it is next due, and has nothing to tell before', () => {
    fc.assert(
      fc.property(rules, inputs, (rule, given) => {
        let state: RuleState | undefined
        for (const input of given) {
          state = step(rule, state, input, { limit: 4 }).state
          const due = dueAt(state)
          if (due === undefined) expect(step(rule, state, clock(1_000)).transitions).toEqual([])
          else expect(step(rule, state, { kind: 'clock', at: due - 1 }).transitions).toEqual([])
        }
      }),
      { seed: 6, numRuns: 500 },
    )
  })

  it('keeps no state of a device at which nothing is the matter', () => {
    const rule = compiled({
      levels: [
        { severity: 'minor', when: { above: 75, for: 'PT5M' } },
        { severity: 'major', when: { equals: 3, of: { n: 2, m: 3 } } },
      ],
    })
    let state: RuleState | undefined
    for (const input of [sample(0, 80), sample(1, 3), sample(2, 1), sample(3, 1), sample(4, 1)]) {
      state = step(rule, state, input).state
    }
    expect(state).toBeUndefined()
  })
})
