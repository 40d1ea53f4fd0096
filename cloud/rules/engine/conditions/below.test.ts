import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from '../engine-under-test.ts'

describe('below', () => {
  it('holds below its limit and no longer at it, or only above another', () => {
    const values = [sample(1, 5), sample(2, 4.9), sample(3, 6), sample(4, 6.1), clock(4)]
    expect(lines(compiled({ when: { below: 5 } }), values)).toEqual(['2 clear → major', '3 major → clear'])
    expect(lines(compiled({ when: { below: 5, clearAbove: 6 } }), values)).toEqual([
      '2 clear → major',
      '4 major → clear',
    ])
  })

  it('takes its limits from attributes of the device, and is never on at one that lacks them', () => {
    const rule = compiled({ when: { below: { attribute: 'low' }, clearAbove: { attribute: 'high' } } })
    const inputs = [sample(1, 1), sample(2, 9), clock(2)]
    expect(told(rule, inputs, { low: 2, high: 8 }).map(({ why }) => why)).toMatchObject([
      { below: 2 },
      { clearAbove: 8 },
    ])
    expect(lines(rule, inputs, { low: 2 })).toEqual([])
    expect(lines(rule, inputs, { high: 8 })).toEqual([])
  })
})
