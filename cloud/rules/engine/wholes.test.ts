import { describe, expect, it } from 'vitest'
import { clock, compiled, event, lines, sample, told } from './engine-under-test.ts'

const loud = { above: 70, property: 'noise' } as const
const crowd = { during: 'cn.ganzhi.crowd', clearFor: 'PT5M' } as const

describe('all', () => {
  const rule = compiled({ for: { property: 'noise' }, when: { all: [loud, crowd], for: 'PT2M' } })

  it('holds from when the last of its parts is on until one is off, each part lasting as it says itself', () => {
    const inputs = [sample(0, 80, 'noise'), event(1, 'started'), event(4, 'ended'), clock(20)]
    expect(told(rule, inputs)).toEqual([
      {
        at: 3,
        change: 'clear → major',
        value: 80,
        why: {
          all: [
            { above: 70, property: 'noise', since: '2026-11-21T00:00:00.000Z' },
            { during: 'cn.ganzhi.crowd', since: '2026-11-21T00:01:00.000Z' },
          ],
          for: 'PT2M',
          since: '2026-11-21T00:01:00.000Z',
        },
      },
      {
        at: 9,
        change: 'major → clear',
        value: 80,
        why: {
          all: [{ during: 'cn.ganzhi.crowd', clearFor: 'PT5M', since: '2026-11-21T00:04:00.000Z' }],
          since: '2026-11-21T00:09:00.000Z',
        },
      },
    ])
  })

  it('is judged after its parts: what both ends and begins at one moment does not break it', () => {
    const inputs = [
      sample(0, 80, 'noise'),
      event(0, 'started'),
      sample(1, 60, 'noise'),
      sample(1, 80, 'noise'),
    ]
    expect(lines(rule, [...inputs, clock(9)])).toEqual(['2 clear → major'])
  })

  it('is not on where a part goes off at the very moment at which it would be', () => {
    const short = compiled({ for: {}, when: { all: [loud, { ...crowd, clearFor: 'PT1M' }], for: 'PT2M' } })
    const inputs = [sample(0, 80, 'noise'), event(0, 'started'), event(1, 'ended'), clock(9)]
    expect(lines(short, inputs)).toEqual([])
  })
})

describe('any', () => {
  it('holds while one of its parts is on, and tells which', () => {
    const rule = compiled({ for: { property: 'noise' }, when: { any: [loud, crowd], clearFor: 'PT1M' } })
    const inputs = [
      event(0, 'started'),
      sample(1, 80, 'noise'),
      event(2, 'ended'),
      sample(9, 60, 'noise'),
      clock(20),
    ]
    expect(told(rule, inputs)).toMatchObject([
      { at: 0, value: null, why: { any: [{ during: 'cn.ganzhi.crowd' }] } },
      {
        at: 10,
        value: 60,
        why: {
          any: [{ above: 70, since: '2026-11-21T00:09:00.000Z' }, { since: '2026-11-21T00:02:00.000Z' }],
          clearFor: 'PT1M',
        },
      },
    ])
  })

  it('tells of a part that never was on by its fields alone', () => {
    const rule = compiled({ for: {}, when: { any: [loud, crowd] } })
    const [, off] = told(rule, [event(0, 'started'), event(2, 'ended'), clock(20)])
    expect(off?.why).toMatchObject({
      any: [{ above: 70, property: 'noise' }, { since: '2026-11-21T00:02:00.000Z' }],
    })
  })
})
