import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from './engine-under-test.ts'

describe('a threshold', () => {
  const high = compiled({ when: { above: 75, clearBelow: 70, for: 'PT5M' } })

  it('is on when it has held for its time, exactly, and off below its lower limit', () => {
    const inputs = [sample(0, 80), sample(3, 90), sample(10, 72), sample(12, 69), clock(12)]
    expect(told(high, inputs)).toEqual([
      {
        at: 5,
        change: 'clear → major',
        value: 90,
        why: { above: 75, for: 'PT5M', since: '2026-11-21T00:00:00.000Z' },
      },
      {
        at: 12,
        change: 'major → clear',
        value: 69,
        why: { clearBelow: 70, since: '2026-11-21T00:12:00.000Z' },
      },
    ])
  })

  it('begins anew when a value comes that is in between', () => {
    expect(lines(high, [sample(0, 80), sample(4, 72), sample(5, 80), clock(9), clock(10)])).toEqual([
      '10 clear → major',
    ])
  })
})
