import type { RuleSchedule } from '@ganzhi/contracts/rule-schedule'
import { expect, test } from 'vitest'

import { activeSpans } from './active-spans.ts'

/** The spans that begin between two times, as `from/to`. */
function spans(timezone: string, first: string, last: string, of: RuleSchedule['spans']): string[] {
  const clock = { first: Date.parse(first), last: Date.parse(last) }
  return activeSpans({ timezone, spans: of }, clock, undefined)
    .filter(({ from }) => from >= clock.first && from <= clock.last)
    .map(({ from, to }) => [from, to].map((at) => new Date(at).toISOString().slice(0, 16)).join('/'))
}

test('a time that is left out is the moment of the change, one that comes twice the first of the two', () => {
  const night = [{ from: '02:30', to: '04:00' }]
  expect(spans('Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T20:00Z', night)).toEqual([
    '2026-03-29T01:00/2026-03-29T02:00',
  ])
  expect(spans('Europe/Berlin', '2025-10-25T22:00Z', '2025-10-26T20:00Z', night)).toEqual([
    '2025-10-26T00:30/2025-10-26T03:00',
  ])
})

test('a span over midnight belongs to the day on which it begins', () => {
  const friday = [{ days: ['fri' as const], from: '22:00', to: '06:00' }]
  expect(spans('Asia/Shanghai', '2025-11-02T00:00Z', '2025-11-09T00:00Z', friday)).toEqual([
    '2025-11-07T14:00/2025-11-07T22:00',
  ])
})

test('spans that touch or overlap are one', () => {
  const of = [
    { from: '08:00', to: '12:00' },
    { from: '12:00', to: '18:00' },
    { from: '17:00', to: '24:00' },
  ]
  expect(spans('UTC', '2025-11-02T00:00Z', '2025-11-02T23:00Z', of)).toEqual([
    '2025-11-02T08:00/2025-11-03T00:00',
  ])
})

test('people work on the Saturday that makes up for a holiday', () => {
  const work = [{ days: ['workday' as const], from: '09:00', to: '17:00' }]
  expect(spans('Asia/Shanghai', '2025-10-08T00:00Z', '2025-10-12T12:00Z', work)).toEqual([
    '2025-10-09T01:00/2025-10-09T09:00',
    '2025-10-10T01:00/2025-10-10T09:00',
    '2025-10-11T01:00/2025-10-11T09:00',
  ])
})
