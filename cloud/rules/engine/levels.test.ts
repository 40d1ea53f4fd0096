import { describe, expect, it } from 'vitest'
import { clock, compiled, sample, told } from './engine-under-test.ts'

describe('levels', () => {
  const rule = compiled({
    levels: [
      { severity: 'minor', when: { above: 75, clearBelow: 70, for: 'PT5M' } },
      { severity: 'critical', when: { above: 3, property: 'q' } },
      { severity: 'major', when: { above: 150, clearBelow: 140 } },
    ],
  })

  it('make the alarm as grave as the gravest that is on, up and down', () => {
    const inputs = [sample(0, 160), sample(6, 130), sample(9, 9), clock(9)]
    expect(told(rule, inputs).map(({ at, change }) => `${at} ${change}`)).toEqual([
      '0 clear → major',
      '6 major → minor',
      '9 minor → clear',
    ])
  })

  it('give the value of the property of the gravest that changed, and why that did', () => {
    const inputs = [sample(0, 160), sample(1, 5, 'q'), sample(2, 2, 'q'), clock(2)]
    expect(told(rule, inputs)).toMatchObject([
      { change: 'clear → major', value: 160, why: { above: 150 } },
      { change: 'major → critical', value: 5, why: { above: 3, property: 'q' } },
      { change: 'critical → major', value: 2, why: { above: 3 } },
    ])
  })

  it('tell nothing while the gravest stays, whatever the others do', () => {
    const inputs = [sample(0, 80), sample(1, 5, 'q'), clock(6), sample(7, 10), clock(7)]
    expect(told(rule, inputs)).toMatchObject([{ at: 1, change: 'clear → critical' }])
  })

  it('tell once of a moment in which several change', () => {
    const inputs = [sample(0, 80), sample(5, 5, 'q'), sample(5, 160), clock(5)]
    expect(told(rule, inputs)).toMatchObject([{ at: 5, change: 'clear → critical', value: 5 }])
  })
})
