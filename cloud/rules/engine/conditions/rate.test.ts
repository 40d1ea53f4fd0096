import { describe, expect, it } from 'vitest'
import { clock, compiled, lines, sample, told } from '../engine-under-test.ts'

const rising = compiled({ when: { rate: { above: 2, below: -2, per: 'PT1M', over: 'PT10M' } } })

describe('rate', () => {
  it('is the change a `per` between the first and last sample of the last `over`, both ends included', () => {
    const inputs = [sample(0, 0), sample(5, 0), sample(10, 21), clock(10)]
    expect(told(rising, inputs)).toMatchObject([{ at: 10, value: 21, why: { counted: 2.1 } }])
    expect(lines(rising, [sample(0, 0), sample(5, 0), sample(10, 20), clock(10)])).toEqual([])
    const [late] = told(rising, [sample(0, 0), sample(5, 8), sample(10.001, 30), clock(11)])
    expect(late?.why['counted']).toBeCloseTo(22 / 5.001)
  })

  it('is the plain change within `over` where there is no `per`', () => {
    const rain = compiled({ when: { rate: { above: 50, over: 'PT6H' } } })
    const inputs = [sample(0, 10), sample(1, 60), sample(2, 61), clock(2)]
    expect(told(rain, inputs)).toMatchObject([{ at: 2, why: { counted: 51 } }])
  })

  it('counts a fall as well', () => {
    expect(lines(rising, [sample(0, 50), sample(2, 45), sample(3, 50), clock(3)])).toEqual([
      '2 clear → major',
      '3 major → clear',
    ])
  })

  it('is in between with a single sample, or two of the same time', () => {
    expect(lines(rising, [sample(0, 0), sample(0, 100), clock(1)])).toEqual([])
    expect(lines(rising, [sample(0, 0), sample(1, 9), sample(60, 9), clock(60)])).toEqual(['1 clear → major'])
  })

  it('finds the oldest of many samples', () => {
    const many = Array.from({ length: 500 }, (_, i) => sample(i / 10, i < 400 ? 0 : i - 400))
    // Ten minutes hold 101 samples: the rate is above 2 a minute when the newest is 21 above that of ten minutes ago.
    expect(lines(rising, [...many, clock(50)])).toEqual(['42.1 clear → major'])
  })
})
