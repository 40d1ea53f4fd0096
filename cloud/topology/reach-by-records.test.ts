import { describe, expect, it } from 'vitest'
import { followRecords } from './reach-by-records.ts'
import type { Reach } from './reach.ts'

const T = Date.UTC(2026, 10, 22)
const at = (seconds: number): number => T + seconds * 1_000
const record = (seconds: number) => ({ recordAt: at(seconds), recordArrivedAt: at(seconds) })
const NOTHING = {}
/** A turn at `seconds`, of a platform that has been listening ever since. */
const turn = (seconds: number, more: object = {}) => ({
  judgedAt: at(seconds - 1),
  clock: at(seconds),
  behind: false,
  listening: { since: at(-1_000), until: at(seconds) },
  ...more,
})
const isNew: Reach = {
  epoch: '0',
  base: 0,
  heardAt: at(0),
  completeAt: at(0),
  aliveAt: at(0),
  unreported: { since: at(0), reports: 'not-yet' },
}
const never = { since: at(0), reports: 'never' }

describe('a gateway of which only records came', () => {
  it('is known of from the first of them on', () => {
    expect(followRecords(undefined, NOTHING, turn(0))).toBeUndefined()
    expect(followRecords(undefined, record(0), turn(0))).toEqual({ reach: isNew })
  })

  it('is heard as far as they go', () => {
    expect(followRecords(isNew, record(5), turn(6))?.reach).toMatchObject({ heardAt: at(5), aliveAt: at(5) })
    const late = { recordAt: at(-100), recordArrivedAt: at(5) }
    expect(followRecords(isNew, late, turn(6))?.reach).toMatchObject({ heardAt: at(0), aliveAt: at(5) })
  })

  it('is not heard of any more where they stay away', () => {
    expect(followRecords(isNew, NOTHING, turn(30))).toEqual({ reach: isNew })
    expect(followRecords(isNew, NOTHING, turn(600, { behind: true }))).toEqual({ reach: isNew })
    expect(followRecords(isNew, NOTHING, turn(31))).toEqual({
      reach: { ...isNew, silentAt: at(0) + 1 },
      span: { from: at(0) + 1, silentAt: at(0) + 1 },
    })
  })

  it('is, from the next of them on', () => {
    const away = { ...isNew, silentAt: at(0) + 1 }
    expect(followRecords(away, NOTHING, turn(50))).toEqual({ reach: away })
    expect(followRecords(away, record(50), turn(51))).toEqual({
      reach: { ...isNew, heardAt: at(50) + 1, aliveAt: at(50), silentAt: undefined },
      span: { from: at(0) + 1, until: at(50) + 1, silentAt: at(0) + 1 },
    })
  })

  it('never reports where six reports did not come beside its records', () => {
    expect(followRecords(isNew, record(60), turn(61))?.reach.unreported).toEqual(isNew.unreported)
    const { reach } = followRecords(isNew, record(61), turn(62)) ?? {}
    expect(reach?.unreported).toEqual(never)
    expect(followRecords(reach, record(600), turn(600))).toBeUndefined()
  })

  it('may have reported while nobody listened', () => {
    const deaf = { listening: { since: at(40), until: at(61) } }
    expect(followRecords(isNew, record(61), turn(62, deaf))?.reach.unreported).toEqual(isNew.unreported)
    expect(followRecords(isNew, NOTHING, turn(62, deaf))?.span).toBeUndefined()
  })
})
