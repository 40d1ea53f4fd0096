import { describe, expect, it } from 'vitest'
import { step } from '../step.ts'
import { clock, compiled, lines, sample } from '../engine-under-test.ts'

describe('expression', () => {
  const share = compiled({ for: {}, when: { expression: 'pm25 > 2.0 * pm10', clear: 'pm25 < pm10' } })

  it('holds when it is true, and no longer when its `clear` is', () => {
    const inputs = [
      sample(0, 10, 'pm10'),
      sample(1, 30, 'pm25'),
      sample(2, 15, 'pm25'),
      sample(3, 16, 'pm10'),
    ]
    expect(lines(share, [...inputs, clock(3)])).toEqual(['1 clear → major', '3 major → clear'])
  })

  it('no longer holds when it is false, where there is no `clear`', () => {
    const rule = compiled({ for: {}, when: { expression: 'door == "open" && lit' } })
    const inputs = [sample(0, 'open', 'door'), sample(1, true, 'lit'), sample(2, 'shut', 'door'), clock(2)]
    expect(lines(rule, inputs)).toEqual(['1 clear → major', '2 major → clear'])
  })

  it('is in between while a value is missing, though the other side would decide', () => {
    const rule = compiled({ for: {}, when: { expression: 'a > 1.0 || b > 1.0' } })
    expect(lines(rule, [sample(0, 5, 'a'), clock(1), sample(2, 0, 'b'), clock(2)])).toEqual([
      '2 clear → major',
    ])
  })

  it('is in between where it fails, and says so without disturbing the rule', () => {
    const rule = compiled({
      for: {},
      levels: [
        { severity: 'critical', when: { expression: 'a > "text"' } },
        { severity: 'minor', when: { above: 3, property: 'a' } },
      ],
    })
    const { state } = step(rule, undefined, sample(0, 5, 'a'))
    const { faults, transitions } = step(rule, state, clock(0))
    expect(faults).toEqual([
      { field: 'levels[0].when.expression', message: expect.stringMatching(/no such overload/) },
    ])
    expect(transitions).toMatchObject([{ to: 'minor' }])
    const notBool = compiled({ for: {}, when: { expression: 'a' } })
    const before = step(notBool, undefined, sample(0, 5, 'a')).state
    expect(step(notBool, before, clock(0)).faults).toMatchObject([
      { message: 'is 5, neither true nor false' },
    ])
  })

  it('is judged when all samples of a moment are known, as several points of one scan are', () => {
    const rule = compiled({ for: {}, when: { expression: 'level > flow', for: 'PT5M' } })
    const scan = (at: number, level: number, flow: number) => [
      sample(at, flow, 'flow'),
      sample(at, level, 'level'),
    ]
    expect(lines(rule, [...scan(0, 10, 9), ...scan(3, 12, 11), ...scan(6, 14, 13), clock(6)])).toEqual([
      '5 clear → major',
    ])
  })

  it('is not judged where an unusable sample of the same moment makes it forget', () => {
    const rule = compiled({ for: {}, when: { expression: 'a > 1.0' }, bad: 'clear' })
    const bad = sample(0, 0, 'a', 'bad-comm')
    expect(lines(rule, [sample(0, 5, 'a'), bad, clock(1)])).toEqual([])
    expect(lines(rule, [sample(0, 5, 'a'), bad, sample(0, 6, 'a'), clock(1)])).toEqual(['0 clear → major'])
  })

  it('binds names of its own', () => {
    const rule = compiled({ for: {}, when: { expression: '[1.0, 2.0].exists(limit, a == limit)' } })
    expect([...rule.properties]).toEqual(['a'])
    expect(lines(rule, [sample(0, 3, 'a'), sample(1, 2, 'a'), clock(1)])).toEqual(['1 clear → major'])
  })

  it.each([
    ['a >', /Unexpected token/],
    ['1 + 1', /is of the type int/],
    ['1 < 2', /names no property/],
    ['now() > a', /no matching overload/],
  ])('is refused with its field: %s', (expression, message) => {
    const compile = (): unknown => compiled({ when: { any: [{ above: 1 }, { expression }] } })
    expect(compile).toThrow(message)
    expect(compile).toThrow(
      expect.objectContaining({ field: 'when.any[1].expression', code: 'rule-expression' }),
    )
  })
})
