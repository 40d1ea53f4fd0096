import { describe, expect, it } from 'vitest'
import type { CompiledRule } from './compile-rule.ts'
import { clock, compiled, event, minute, sample } from './engine-under-test.ts'
import type { RuleInput } from './rule-input.ts'
import type { RuleState } from './rule-state.ts'
import { step } from './step.ts'
import { takenOver } from './take-over.ts'

function played(rule: CompiledRule, begin: RuleState | undefined, inputs: readonly RuleInput[]) {
  let state = begin
  const lines = inputs.flatMap((input) => {
    const result = step(rule, state, input)
    // As it is kept between two turns.
    state = result.state && (JSON.parse(JSON.stringify(result.state)) as RuleState)
    return result.transitions.map(({ at, from, to }) => `${(at - minute(0)) / 60_000} ${from} → ${to}`)
  })
  return { state, lines }
}

type Fields = Parameters<typeof compiled>[0]

/** What the later version tells that takes over in minute 10, of what comes from then on. */
function after(earlier: Fields, before: RuleInput[], later: Fields, inputs: RuleInput[] = []): string[] {
  const [old, rule] = [compiled(earlier), compiled(later)]
  const { state } = played(old, undefined, [...before, clock(9.99)])
  if (!state) throw new Error('there is no alarm')
  return played(rule, takenOver(rule, { rule: old, state }, minute(10), {}), [...inputs, clock(60)]).lines
}

describe('an alarm that another version takes over', () => {
  const high = { when: { above: 75, clearBelow: 70, for: 'PT5M' } } as const

  it('goes on where the last value is none that ends it, however long that must hold', () => {
    expect(after(high, [sample(0, 80)], { when: { above: 78, clearBelow: 70, for: 'PT30M' } })).toEqual([])
    expect(after(high, [sample(0, 80)], { when: { above: 90, clearBelow: 75 } }, [sample(20, 74)])).toEqual([
      '20 major → clear',
    ])
  })

  it('ends where the last value does not meet it any more', () => {
    expect(after(high, [sample(0, 80)], { when: { above: 90 } })).toEqual(['10 major → clear'])
    expect(after(high, [sample(0, 80)], { when: { above: 90, clearFor: 'PT2M' } })).toEqual([
      '12 major → clear',
    ])
  })

  it('becomes what the new version calls it', () => {
    expect(after(high, [sample(0, 80)], { ...high, severity: 'critical' })).toEqual(['10 major → critical'])
    const levels = [
      { severity: 'minor', when: { above: 60 } },
      { severity: 'major', when: { above: 100, clearBelow: 90 } },
    ] as const
    const lower = [levels[0], { severity: 'major', when: { above: 79, for: 'PT1M' } }] as const
    expect(after({ levels: [...levels] }, [sample(0, 80)], { levels: [...lower] })).toEqual([
      '11 minor → major',
    ])
  })

  it('ends where nothing is asked any more of what it was about', () => {
    expect(after(high, [sample(0, 80)], { when: { equals: 3 } })).toEqual(['10 major → clear'])
  })

  it('goes on with what has been counted, where the same is asked', () => {
    const stuck = (clearFor: string) => ({ when: { stuck: 'PT5M', clearFor } })
    const still = [sample(0, 1), sample(6, 1)]
    expect(after(stuck('PT1M'), still, stuck('PT0S'), [sample(12, 1), sample(13, 2)])).toEqual([
      '13 major → clear',
    ])
    const open = (lasting: string) => ({ when: { during: 'cn.ganzhi.crowd', for: lasting } })
    const two = [event(0, 'started', 'a'), event(1, 'started', 'b')]
    const ended = [event(12, 'ended', 'a'), event(14, 'ended', 'b')]
    expect(after(open('PT1M'), two, open('PT1H'), ended)).toEqual(['14 major → clear'])
  })

  it('of silence goes on until something comes', () => {
    const silent = (noData: string) => ({ when: { noData } })
    expect(after(silent('PT5M'), [sample(0, 1)], silent('PT20M'), [sample(15, 1)])).toEqual([
      '15 major → clear',
      '35 clear → major',
    ])
  })

  it('lets what is clearing end by when that began', () => {
    const lasting = (clearFor: string) => ({ when: { above: 75, clearFor } })
    const falling = [sample(0, 80), sample(8, 60)]
    expect(after(lasting('PT30M'), falling, lasting('PT5M'))).toEqual(['13 major → clear'])
    expect(after(lasting('PT30M'), falling, lasting('PT1M'))).toEqual(['10 major → clear'])
  })

  it('is judged by all parts of what is made of several', () => {
    const all = (above: number) => ({ when: { all: [{ above }, { above: 5, property: 'q' }] } }) as Fields
    const both = [sample(0, 80), sample(0, 9, 'q')]
    expect(after(all(75), both, all(70), [sample(20, 4, 'q')])).toEqual(['20 major → clear'])
    expect(after(all(75), both, all(90))).toEqual(['10 major → clear'])
    const cel = (limit: string) => ({ when: { expression: `p + q > ${limit}` } })
    expect(after(cel('80.0'), both, cel('85.0'))).toEqual([])
    expect(after(cel('80.0'), both, cel('95.0'))).toEqual(['10 major → clear'])
  })
})
