import type { Rule } from '@ganzhi/contracts/rule'
import { describe, expect, test } from 'vitest'
import { propertiesOf, thresholdsOf } from './thresholds.ts'

const rule = (more: object) => ({ id: 'r', version: 1, ...more }) as Rule

describe('the lines on a chart', () => {
  test('are those of every level, with what clears it', () => {
    const levels = [
      { severity: 'minor', when: { above: 75, clearBelow: 70 } },
      { severity: 'major', when: { above: 150 } },
    ]
    expect(thresholdsOf(rule({ for: { property: 'pm25' }, levels }), 'pm25')).toEqual([
      { value: 75, severity: 'minor', clears: false },
      { value: 70, severity: 'minor', clears: true },
      { value: 150, severity: 'major', clears: false },
    ])
  })

  test('are of the property that is shown, in a rule on several', () => {
    const all = [{ property: 'pump', equals: true }, { below: 0.5 }, { property: 'flow', above: 3 }]
    const dry = rule({ for: { property: 'level' }, when: { all }, severity: 'critical' })
    expect(propertiesOf(dry, [])).toEqual(['level', 'pump', 'flow'])
    expect(thresholdsOf(dry, 'level')).toEqual([{ value: 0.5, severity: 'critical', clears: false }])
    expect(thresholdsOf(dry, 'flow')).toEqual([{ value: 3, severity: 'critical', clears: false }])
  })

  test('that are attributes of the device are as its alarm told them', () => {
    const when = { below: { attribute: 'deep' } }
    const ponding = rule({ for: { property: 'distance' }, when, severity: 'minor' })
    expect(thresholdsOf(ponding, 'distance')).toEqual([])
    const told = [{ from: 'clear', to: 'minor', why: { below: 285, for: 'PT2M' } }] as const
    expect(thresholdsOf(ponding, 'distance', told)).toEqual([
      { value: 285, severity: 'minor', clears: false },
    ])
  })

  test('are none where a rule is about events', () => {
    const crowd = rule({ for: {}, when: { during: 'cn.ganzhi.vision.crowd-gathering' }, severity: 'minor' })
    expect(propertiesOf(crowd, [])).toEqual([])
  })
})
