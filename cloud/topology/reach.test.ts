import { describe, expect, it } from 'vitest'
import { type Heard, type Reach, type Report, followReach } from './reach.ts'

const T = Date.UTC(2026, 10, 22)
const at = (seconds: number): number => T + seconds * 1_000
const report = (seconds: number, more: Partial<Report> = {}): Report => ({
  epoch: '7',
  head: 100,
  saidAt: at(seconds),
  arrivedAt: at(seconds),
  dies: false,
  ...more,
})
const heard = (seconds: number, more: Partial<Heard> = {}): Heard => ({
  report: report(seconds),
  complete: 100,
  ...more,
})
/** A turn at `seconds`, of a platform that has been listening ever since. */
const turn = (seconds: number, more: object = {}) => ({
  judgedAt: at(seconds - 1),
  clock: at(seconds),
  behind: false,
  listening: { since: at(-1_000), until: at(seconds) },
  ...more,
})
const reached: Reach = {
  epoch: '7',
  base: 90,
  heardAt: at(0),
  completeAt: at(0),
  aliveAt: at(0),
}
const unreached: Reach = { ...reached, silentAt: at(0) + 1 }

describe('a gateway that reports', () => {
  it('is heard up to what it said, when all that it had is here', () => {
    const { reach, span } = followReach(reached, heard(10), turn(11))
    expect(reach).toEqual({ ...reached, heardAt: at(10), aliveAt: at(10), completeAt: at(11) })
    expect(span).toBeUndefined()
  })

  it('is alive, but not heard any further, while records are missing', () => {
    const { reach, span } = followReach(reached, heard(10, { complete: 99 }), turn(11))
    expect(reach).toEqual({ ...reached, aliveAt: at(10) })
    expect(span).toBeUndefined()
  })

  it('is heard by its records, too', () => {
    const more = { complete: 99, recordAt: at(12), recordArrivedAt: at(13) }
    expect(followReach(reached, heard(10, more), turn(14)).reach).toMatchObject({
      heardAt: at(12),
      aliveAt: at(13),
    })
  })

  it('begins anew where what is missing does not come', () => {
    const { reach, span } = followReach(reached, heard(30, { complete: 99 }), turn(31))
    expect(span).toEqual({ from: at(0) + 1, until: at(30) + 1 })
    expect(reach).toMatchObject({ heardAt: at(30) + 1, base: 100 })
  })

  it('may have a clock that is slow: that makes nothing of it missing', () => {
    let reach: Reach = { ...reached, heardAt: at(300) }
    for (let seconds = 310; seconds < 900; seconds += 10) {
      const slow = report(seconds, { saidAt: at(seconds - 300) })
      const followed = followReach(reach, heard(0, { report: slow }), turn(seconds + 1))
      expect(followed.span).toBeUndefined()
      ;({ reach } = followed)
    }
    expect(reach.heardAt).toBe(at(590))
  })

  it('read nothing while another run of it started', () => {
    const next = report(20, { epoch: '8', head: 3 })
    const { reach, span } = followReach(reached, heard(0, { report: next, complete: 90 }), turn(21))
    expect(span).toEqual({ from: at(0) + 1, until: at(20) + 1 })
    expect(reach).toMatchObject({ epoch: '8', base: 3 })
  })

  it('is known of from its first report on', () => {
    expect(followReach(undefined, heard(10), turn(11))).toEqual({
      reach: {
        epoch: '7',
        base: 100,
        heardAt: at(10) + 1,
        completeAt: at(11),
        aliveAt: at(10),
      },
    })
  })
})

describe('a gateway of which only records came', () => {
  const byRecords: Reach = { ...reached, base: 0, unreported: { since: at(0), reports: 'not-yet' } }

  it('is heard by its reports from the first on, and what it had not sent by then does not count as silence', () => {
    const { reach, span } = followReach(byRecords, heard(10, { complete: 0 }), turn(11))
    expect(span).toEqual({ from: at(0) + 1, until: at(10) + 1 })
    expect(reach).toEqual({ ...reached, base: 100, heardAt: at(10) + 1, completeAt: at(11), aliveAt: at(10) })
  })

  it('may be one that reports after all', () => {
    const foreign: Reach = { ...byRecords, unreported: { since: at(0), reports: 'never' } }
    const { reach, span } = followReach(foreign, heard(10), turn(11))
    expect(span).toBeUndefined()
    expect(reach.unreported).toBeUndefined()
  })
})

describe('a gateway that says nothing', () => {
  it('is not heard of any more after three reports that did not come', () => {
    expect(followReach(reached, heard(0), turn(30)).span).toBeUndefined()
    const { reach, span } = followReach(reached, heard(0), turn(31))
    expect(reach.silentAt).toBe(at(0) + 1)
    expect(span).toEqual({ from: at(0) + 1, silentAt: at(0) + 1 })
  })

  it('is not heard of from where it says that it stops', () => {
    const death = heard(4, { report: report(4, { dies: true }) })
    const { reach, span } = followReach(reached, death, turn(5))
    expect(span).toEqual({ from: at(4) + 1, silentAt: at(4) + 1 })
    expect(followReach(reach, death, turn(6))).toEqual({ reach })
  })

  it('its devices are unknown from where they were last known', () => {
    const { span } = followReach({ ...reached, heardAt: at(-50) }, heard(0, { complete: 99 }), turn(31))
    expect(span).toEqual({ from: at(-50) + 1, silentAt: at(0) + 1 })
  })

  it('is not dead where nobody listened, and is given its time when somebody does again', () => {
    const deaf = { listening: { since: at(-1_000), until: at(5) } }
    expect(followReach(reached, heard(0), turn(600, deaf)).span).toBeUndefined()
    const again = (until: number) => ({ listening: { since: at(600), until: at(until) } })
    expect(followReach(reached, heard(0), turn(630, again(630))).span).toBeUndefined()
    expect(followReach(reached, heard(0), turn(631, again(631))).span).toMatchObject({
      silentAt: at(600) + 1,
    })
  })

  it('is not dead while there is more of the ledger to take', () => {
    expect(followReach(reached, heard(0), turn(600, { behind: true })).span).toBeUndefined()
  })
})

describe('a gateway that was not heard of', () => {
  it('is, from its next report on, and nothing that was judged meanwhile is judged again', () => {
    const { reach, span } = followReach(unreached, heard(600, { complete: 90 }), turn(603))
    expect(span).toEqual({ from: at(0) + 1, until: at(602) + 1, silentAt: at(0) + 1 })
    expect(reach).toMatchObject({ heardAt: at(602) + 1, base: 100 })
  })

  it('is not by an old report, nor by records that were on their way', () => {
    const late = heard(0, { complete: 101, recordAt: at(5), recordArrivedAt: at(600) })
    expect(followReach(unreached, late, turn(601))).toEqual({ reach: unreached })
  })
})
