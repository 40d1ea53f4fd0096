import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from '../engine-under-test.ts'

describe('above', () => {
  it('holds above its limit and no longer at it, or only below another', () => {
    const values = [sample(1, 75), sample(2, 75.1), sample(3, 70), sample(4, 69.9), clock(4)]
    expect(lines(compiled({ when: { above: 75 } }), values)).toEqual(['2 clear → major', '3 major → clear'])
    expect(lines(compiled({ when: { above: 75, clearBelow: 70 } }), values)).toEqual([
      '2 clear → major',
      '4 major → clear',
    ])
  })

  it('takes its limits from attributes of the device, and says them in numbers', () => {
    const rule = compiled({
      when: { above: { attribute: 'full' }, clearBelow: { attribute: 'low', otherwise: 5 } },
    })
    const inputs = [sample(1, 81), sample(2, 6), sample(3, 4), clock(3)]
    const [on, off] = told(rule, inputs, { full: 80 })
    expect(on).toMatchObject({ at: 1, why: { above: 80 } })
    expect(off).toMatchObject({ at: 3, why: { clearBelow: 5 } })
  })

  it('is never on at a device that lacks one of its attributes, while the rest of the rule counts', () => {
    const lacking = { above: { attribute: 'full' }, clearBelow: 0 } as const
    const alsoLacking = { above: 0, clearBelow: { attribute: 'low' } } as const
    const rule = compiled({ when: { any: [lacking, alsoLacking, { above: 90 }] } })
    expect(lines(rule, [sample(1, 85), sample(2, 95), sample(3, 85), clock(3)], { full: 'much' })).toEqual([
      '2 clear → major',
      '3 major → clear',
    ])
  })
})
