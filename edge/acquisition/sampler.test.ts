import type { Quality, Value } from '@ganzhi/contracts/reading'
import { expect, test } from 'vitest'
import { sampler, type SamplerRules } from './sampler.ts'

const bad = (quality: Quality): [Quality] => [quality]

/** What is sent of values that come a second apart; in brackets: a quality without a value. */
function sent(rules: SamplerRules, values: readonly (Value | [Quality])[]): unknown[] {
  const isNews = sampler(rules)
  return values.filter((value, second) => {
    const sample = Array.isArray(value)
      ? { at: 0, quality: value[0], value: null }
      : { at: 0, quality: 'good' as const, value }
    return isNews(sample, second * 1_000)
  })
}

test('without a deadband every reading is sent', () => {
  expect(sent({}, [1, 1, 1])).toEqual([1, 1, 1])
})

test('a change within the deadband is not sent, and what counts is what was sent last', () => {
  expect(sent({ deadband: { absolute: 1 } }, [10, 10.9, 11, 11.1, 10.2, 10])).toEqual([10, 11.1, 10])
})

test('a slow drift is not lost below the deadband', () => {
  const drift = Array.from({ length: 21 }, (_, i) => i / 4)
  expect(sent({ deadband: { absolute: 1 } }, drift)).toEqual([0, 1.25, 2.5, 3.75, 5])
})

test('percent is of the last sent value', () => {
  expect(sent({ deadband: { percent: 10 } }, [100, 109, 110.5, 121, 122, 0, 0.001])).toEqual([
    100, 110.5, 122, 0, 0.001,
  ])
})

test('a bool or a text is sent when it changes', () => {
  expect(sent({ deadband: { absolute: 0 } }, [true, true, false])).toEqual([true, false])
  expect(sent({ deadband: { percent: 50 } }, ['a', 'a', 'b'])).toEqual(['a', 'b'])
})

test('a counter sends every step, whatever the deadband and the shortest interval', () => {
  const rules = { deadband: { absolute: 100 }, minReportMs: 60_000, counter: true }
  expect(sent(rules, [1, 1, 2, 3, 3])).toEqual([1, 2, 3])
})

test('a value is sent again after the longest interval, though it has not changed', () => {
  const values = Array.from({ length: 10 }, () => 5)
  expect(sent({ deadband: { absolute: 1 }, maxReportMs: 4_000 }, values)).toHaveLength(3)
})

test('changes come no closer than the shortest interval', () => {
  const values = Array.from({ length: 10 }, (_, i) => i * 10)
  expect(sent({ deadband: { absolute: 1 }, minReportMs: 3_000 }, values)).toEqual([0, 30, 60, 90])
  expect(sent({ minReportMs: 3_000 }, values)).toEqual([0, 30, 60, 90])
})

test('bad quality is sent once, at the change, and so is the return to good', () => {
  const rules = { deadband: { absolute: 1 }, minReportMs: 60_000, maxReportMs: 1_000 }
  const values = [5, bad('bad-comm'), bad('bad-comm'), bad('bad-config'), bad('bad-config'), 5]
  expect(sent(rules, values)).toEqual([5, ['bad-comm'], ['bad-config'], 5])
})

test('a value that loses its number without a change of quality is news', () => {
  const isNews = sampler({ deadband: { absolute: 1 } })
  expect(isNews({ at: 0, quality: 'uncertain', value: 5 }, 0)).toBe(true)
  expect(isNews({ at: 0, quality: 'uncertain', value: null }, 1)).toBe(true)
  expect(isNews({ at: 0, quality: 'uncertain', value: null }, 2)).toBe(false)
})

test('a rate is of the last sent value: what is as fast is sent each time, what is slow is thinned, a jump is seen', () => {
  const rules = { deadband: { perSecond: 1 } }
  expect(sent(rules, [0, 2, 4, 6])).toEqual([0, 2, 4, 6])
  const drift = Array.from({ length: 13 }, (_, i) => i / 4)
  expect(sent(rules, drift)).toEqual([0, 1.25, 2.5])
  const quietHour = Array.from({ length: 3_600 }, () => 20)
  expect(sent(rules, [...quietHour, 30, 30])).toEqual([20, 30])
})
