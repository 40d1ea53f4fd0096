import { describe, expect, it } from 'vitest'
import { clock, compiled, event, lines, minute, sample, told } from './engine-under-test.ts'
import { step, watchFrom } from './step.ts'

const spans = { timezone: 'UTC', spans: [{ from: '00:10', to: '00:20' }] }

describe('a schedule', () => {
  it('puts all off outside its spans, and clears the alarm at their end', () => {
    const rule = compiled({ when: { above: 75, clearFor: 'PT1H' }, active: spans }, [10, 20])
    const inputs = [sample(1, 80), sample(2, 60), sample(12, 80), clock(30)]
    expect(told(rule, inputs)).toMatchObject([
      { at: 12, change: 'clear → major' },
      {
        at: 20,
        change: 'major → clear',
        value: 80,
        why: { because: 'schedule', since: '2026-11-21T00:20:00.000Z' },
      },
    ])
  })

  it('judges the last usable values anew when a span begins, as if they had come then', () => {
    const rule = compiled({ when: { above: 75, for: 'PT5M' }, active: spans, bad: 'clear' }, [10, 20])
    const inputs = [sample(1, 80), sample(2, 10, 'p', 'bad-comm'), sample(3, 'text'), clock(15), clock(30)]
    expect(lines(rule, inputs)).toEqual(['15 clear → major', '20 major → clear'])
    const share = compiled({ when: { expression: 'p > q' }, active: spans }, [10, 20])
    expect(lines(share, [sample(1, 2), sample(2, 1, 'q'), clock(10)])).toEqual(['10 clear → major'])
  })

  it('forgets at the end of a span what was pending and counted', () => {
    const rule = compiled({ when: { above: 75, of: { n: 2, m: 9 } }, active: spans }, [10, 20, 30, 40])
    expect(lines(rule, [sample(11, 80), sample(25, 80), clock(30), sample(31, 80), clock(31)])).toEqual([
      '31 clear → major',
    ])
  })

  it('comes last at its moment: inputs of an edge are taken as before it', () => {
    const keeping = { when: { above: 75 }, active: { ...spans, after: 'keep' } } as const
    expect(lines(compiled(keeping, [10, 20]), [sample(12, 60), sample(20, 80), clock(30)])).toEqual([
      '20 clear → major',
    ])
    // Also where it is the first of all.
    expect(lines(compiled(keeping, [10, 20]), [sample(20, 80), clock(30)])).toEqual(['20 clear → major'])
    const clearing = compiled({ when: { above: 75 }, active: spans }, [10, 20])
    expect(lines(clearing, [sample(12, 60), sample(20, 80), clock(30)])).toEqual([])
  })

  it('says why it ended before its span did at the same moment', () => {
    const rule = compiled({ when: { above: 75, clearFor: 'PT5M' }, active: spans }, [10, 20])
    expect(told(rule, [sample(12, 80), sample(15, 60), clock(30)])).toMatchObject([
      { at: 12 },
      { at: 20, why: { above: 75, clearFor: 'PT5M', since: '2026-11-21T00:15:00.000Z' } },
    ])
  })

  it('keeps the alarm until the next span where the rule says so', () => {
    const keep = (lasting: object) =>
      compiled({ when: { above: 75, ...lasting }, active: { ...spans, after: 'keep' } }, [10, 20, 30, 40])
    expect(lines(keep({}), [sample(12, 80), sample(22, 60), clock(29), clock(30)])).toEqual([
      '12 clear → major',
      '30 major → clear',
    ])
    expect(lines(keep({}), [sample(12, 80), clock(50)])).toEqual(['12 clear → major'])
    expect(told(keep({ for: 'PT2M' }), [sample(12, 80), clock(50)])).toMatchObject([
      { at: 14 },
      { at: 30, change: 'major → clear', why: { because: 'schedule' } },
      { at: 32, change: 'clear → major' },
    ])
  })

  it('counts silence from the beginning of its span', () => {
    const rule = compiled({ when: { noData: 'PT5M' }, active: spans }, [10, 20])
    expect(lines(rule, [sample(1, 80), clock(30)])).toEqual(['15 clear → major', '20 major → clear'])
    expect(lines(rule, [sample(12, 80), clock(30)])).toEqual(['17 clear → major', '20 major → clear'])
    const { transitions } = step(rule, watchFrom(rule, minute(0)), clock(16))
    expect(transitions).toMatchObject([{ at: minute(15) }])
  })

  it('knows which incidents are open when its span begins, but counts none that began before', () => {
    const during = compiled(
      { when: { during: 'cn.ganzhi.crowd', for: 'PT1M' }, active: spans },
      [10, 20, 30, 40],
    )
    const inputs = [
      event(1, 'started', 'a'),
      event(2, 'started', 'b'),
      event(3, 'ended', 'b'),
      event(25, 'ended', 'a'),
    ]
    expect(lines(during, [...inputs, clock(50)])).toEqual(['11 clear → major', '20 major → clear'])
    const events = { type: 'cn.ganzhi.crowd', atLeast: 2, within: 'PT1H' }
    const counted = compiled({ when: { events }, active: spans }, [10, 20])
    expect(lines(counted, [event(1, 'started'), event(11, 'started'), clock(15)])).toEqual([])
  })
})
