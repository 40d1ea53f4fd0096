import { expect, test } from 'vitest'
import { type Happening, scoreOf, type ToldIncident } from './score.ts'

const DWELL_MS = 30_000

function happening(more: Partial<Happening> = {}): Happening {
  return {
    camera: 'camera-1',
    zone: 'plot-1',
    kind: 'incident',
    what: 'five who stay',
    begins: 100_000,
    ends: 150_000,
    whole: true,
    ...more,
  }
}

function told(more: Partial<ToldIncident> = {}): ToldIncident {
  return {
    camera: 'camera-1',
    zone: 'plot-1',
    startedAt: 131_500,
    ended: true,
    hasAfterPicture: true,
    ...more,
  }
}

test('an incident that is told once and in time is right', () => {
  expect(scoreOf([happening()], [told()], DWELL_MS)).toMatchObject({
    precision: 1,
    recall: 1,
    medianDelayS: 1.5,
    twice: 0,
    wrong: {},
  })
})

test('one that is not told is missed, one that is told twice counts against the precision', () => {
  const score = scoreOf(
    [happening(), happening({ zone: 'plot-2' })],
    [told(), told({ startedAt: 140_000 })],
    DWELL_MS,
  )
  expect(score).toMatchObject({ recall: 0.5, precision: 0.5, twice: 1, wrong: { 'missed five who stay': 1 } })
})

test('a distractor that is told of, an empty plot and another camera are false alarms', () => {
  const passing = happening({ kind: 'distractor', what: 'five who walk by' })
  const others = [told({ zone: 'plot-9' }), told({ camera: 'camera-2' })]
  expect(scoreOf([passing], [told(), ...others], DWELL_MS)).toMatchObject({
    falseAlarms: 3,
    precision: 0,
    wrong: { 'told of five who walk by': 1, 'told of nothing': 2 },
  })
})

test('of what was not watched as a whole nothing is asked, and to tell of it is right', () => {
  const cut = happening({ whole: false })
  expect(scoreOf([cut], [], DWELL_MS)).toMatchObject({ incidents: 0, falseAlarms: 0 })
  expect(scoreOf([cut], [told()], DWELL_MS)).toMatchObject({ precision: 1, falseAlarms: 0 })
})

test('an end without the picture after it is counted', () => {
  const score = scoreOf([happening()], [told({ hasAfterPicture: false })], DWELL_MS)
  expect(score.endedWithoutPicture).toBe(1)
})
