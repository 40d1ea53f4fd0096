import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inTransaction } from '../../database/pool.ts'
import type { Step } from '../../ingest/fail-point.ts'
import { PARTITIONS } from '../live/partition-leases.ts'
import type { RigGateway, RigSample } from '../live/rig-gateway.ts'
import { type RigAlarm, type RigProcess, type RulesRig, openRulesRig } from '../live/rules-rig.ts'
import { type LateDevice, endLateSpans, takeLateDevice } from './late-spans.ts'

let rig: RulesRig
let process: RigProcess
let gateway: RigGateway
let seq = 0
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => rig?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await process?.leases.release()
  await rig.removeRules()
  process = rig.process()
  gateway = await rig.gateway()
})

const SOON = { timeout: 30_000 }
const DAY_MS = 86_400_000

/** What is older than the platform's time is late. */
const begin = async (when: object): Promise<number> => {
  await rig.put({
    id: 'power',
    for: { gateway: gateway.name, property: 'power' },
    when,
    severity: 'major',
    lateness: 'PT0S',
  } as never)
  await process.turn(gateway)
  return Date.now()
}
const send = (...samples: readonly RigSample[]) => gateway.send(++seq, samples)
/** All up to `at` is judged. */
const judged = (at: number) =>
  expect.poll(async () => (await process.turn(gateway), rig.clock(gateway)), SOON).toBeGreaterThan(at)
const worked = async (): Promise<RigAlarm[]> => {
  await process.turn(gateway)
  await process.workOffLate(gateway)
  expect(await rig.late(gateway)).toEqual([])
  return rig.alarms(gateway)
}
const takeOver = async (): Promise<void> => {
  await process.leases.release()
  process = rig.process()
}
const standing = (alarms: readonly RigAlarm[]) =>
  alarms.flatMap(({ transitions }) =>
    transitions.filter(({ revised }) => !revised).map(({ to, at, late }) => ({ to, at, late })),
  )

it('a backlog of seven days beside live data raises the alarms of those days once, and none of now', async () => {
  await begin({ above: 10 })
  await rig.setBack(gateway, 8 * DAY_MS)
  await rig.checkpoint(gateway, { only: true })
  await takeOver()
  const now = Date.now()
  await send({ at: now, value: 3 })
  await judged(now)
  const days = [7, 6, 5, 4, 3, 2, 1].map((day) => now - day * DAY_MS)
  for (const at of days) {
    await send({ at, value: 11 }, { at: at + 1_000, value: 12 }, { at: at + 60_000, value: 3 })
    await process.turn(gateway)
  }
  await send({ at: Date.now(), value: 4 })
  expect(await worked()).toEqual(
    days.map((at) => ({
      rule: 'power',
      device: 'meter-1',
      dimension: '',
      severity: 'major',
      open: false,
      withdrawn: false,
      transitions: [
        { from: 'clear', to: 'major', at, late: true, revised: false },
        { from: 'major', to: 'clear', at: at + 60_000, late: true, revised: false },
      ],
    })),
  )
})

it('an alarm that began earlier than was told is the same one, moved', async () => {
  const at = await begin({ above: 10 })
  await send({ at: at + 100, value: 11 })
  await judged(at + 100)
  await send({ at: at + 40, value: 12 })
  expect(await worked()).toMatchObject([
    {
      open: true,
      transitions: [
        { to: 'major', at: at + 40, late: true, revised: false },
        { to: 'major', at: at + 100, late: false, revised: true },
      ],
    },
  ])
})

it('an alarm that did not come about is withdrawn, and its transitions are kept as revised', async () => {
  const at = await begin({ above: 10, for: 'PT0.1S' })
  await send({ at, value: 11 })
  await judged(at + 100)
  expect(await rig.alarms(gateway)).toMatchObject([{ open: true }])
  await send({ at: at + 50, value: 3 })
  expect(await worked()).toMatchObject([
    { open: false, withdrawn: true, transitions: [{ at: at + 100, late: false, revised: true }] },
  ])
  const again = Date.now()
  await send({ at: again, value: 11 })
  await judged(again + 100)
  expect(await rig.alarms(gateway)).toMatchObject([
    { withdrawn: true },
    { open: true, withdrawn: false, transitions: [{ at: again + 100, late: false }] },
  ])
})

it('one that was revised and comes about after all stands again, as late', async () => {
  const at = await begin({ above: 10, for: 'PT0.1S' })
  await send({ at, value: 11 })
  await judged(at + 100)
  await send({ at: at + 50, value: 3 })
  await worked()
  // Of the same time as what had put an end to it: the store has them in order of their values.
  await send({ at: at + 50, value: 12 }, { at: at - 50, value: 11 })
  const alarms = await worked()
  expect(standing(alarms)).toEqual([{ to: 'major', at: at + 150, late: true }])
})

it('what comes now is judged by what late values have left behind', async () => {
  const at = await begin({ above: 10, clearBelow: 8 })
  await send({ at: at + 20, value: 9 })
  await judged(at + 20)
  await send({ at: at + 10, value: 11 })
  expect(await worked()).toMatchObject([{ open: true, transitions: [{ at: at + 10, late: true }] }])
  await takeOver()
  const later = Date.now()
  await send({ at: later, value: 9 }, { at: later + 5, value: 7 })
  await judged(later + 5)
  expect(standing(await rig.alarms(gateway))).toEqual([
    { to: 'major', at: at + 10, late: true },
    { to: 'clear', at: later + 5, late: false },
  ])
})

it('an alarm that had ended meanwhile is two, of which the later one is open', async () => {
  const at = await begin({ above: 10 })
  await send({ at: at + 10, value: 11 })
  await judged(at + 10)
  await rig.checkpoint(gateway)
  await process.turn(gateway)
  const later = Date.now()
  await send({ at: later + 20, value: 12 })
  await judged(later + 20)
  await send({ at: later + 5, value: 3 })
  expect(await worked()).toMatchObject([
    {
      open: false,
      transitions: [
        { at: at + 10, late: false },
        { to: 'clear', at: later + 5, late: true },
      ],
    },
    { open: true, transitions: [{ to: 'major', at: later + 20, late: true }] },
  ])
})

it('values that change nothing write nothing', async () => {
  const at = await begin({ above: 10, clearBelow: 8 })
  await send({ at: at + 10, value: 11 })
  await judged(at + 20)
  const written = async () =>
    (
      await rig.pool.query(
        'SELECT a.xmin, t.xmin AS told, a.*, t.* FROM alarm a JOIN alarm_transition t ON t.alarm_id = a.id WHERE gateway_id = $1',
        [gateway.id],
      )
    ).rows
  const before = await written()
  await send({ at: at + 5, value: 3 }, { at: at + 15, value: 12 })
  await worked()
  expect(await written()).toEqual(before)
})

it('late values are judged by the attributes that the device had then', async () => {
  const limit = (value: number) => rig.place(gateway, 'meter-1', [], { limit: value })
  await limit(10)
  const at = await begin({ above: { attribute: 'limit' } })
  await send({ at: at + 10, value: 15 }, { at: at + 20, value: 3 })
  await judged(at + 20)
  await limit(20)
  const later = Date.now()
  await send({ at: later + 20, value: 15 })
  await judged(later + 20)
  await send({ at: at + 5, value: 11 }, { at: later + 15, value: 21 })
  expect(standing(await worked())).toEqual([
    { to: 'major', at: at + 5, late: true },
    { to: 'clear', at: at + 20, late: false },
    { to: 'major', at: later + 15, late: true },
    { to: 'clear', at: later + 20, late: true },
  ])
})

it('values from before a rule came to be for a device are not for it, not even late, whoever judges', async () => {
  await rig.put({
    id: 'power',
    for: { gateway: gateway.name, tag: 'pump' },
    when: { above: 10, property: 'power' },
    severity: 'major',
    lateness: 'PT0S',
  } as never)
  await process.turn(gateway)
  const at = Date.now()
  await judged(at + 20)
  await rig.place(gateway, 'meter-1', ['pump'], {})
  await process.turn(gateway)
  const placed = await rig.clock(gateway)
  await judged(placed + 20)
  await takeOver()
  await send({ at: at + 10, value: 11 }, { at: at + 11, value: 3 }, { at: placed + 10, value: 12 })
  expect(standing(await worked())).toEqual([{ to: 'major', at: placed + 10, late: true }])
})

describe('what was remembered', () => {
  it('is kept once a day, and history begins there', async () => {
    const at = await begin({ above: 10, clearBelow: 8 })
    await send({ at: at + 10, value: 11 })
    await judged(at + 10)
    // All that is before it is out of reach: that the alarm is on is only known from here.
    await rig.checkpoint(gateway, { only: true })
    await judged(at + 10)
    const later = Date.now()
    await send({ at: later + 20, value: 9 })
    await judged(later + 20)
    await send({ at: later + 5, value: 7 })
    expect(standing(await worked())).toEqual([
      { to: 'major', at: at + 10, late: false },
      { to: 'clear', at: later + 5, late: true },
    ])
  })

  it('follows late values, so that those that come later still begin with what is known now', async () => {
    const at = await begin({ above: 10, clearBelow: 8 })
    await send({ at: at + 1, value: 3 })
    await judged(at + 10)
    await rig.checkpoint(gateway)
    await judged(at + 10)
    const later = Date.now()
    await judged(later + 20)
    await send({ at: at + 5, value: 11 })
    expect(await worked()).toMatchObject([{ open: true }])
    // After the checkpoint: there the alarm is on, which was not known when it was made.
    await send({ at: later, value: 9 }, { at: later + 5, value: 7 })
    expect(standing(await worked())).toEqual([
      { to: 'major', at: at + 5, late: true },
      { to: 'clear', at: later + 5, late: true },
    ])
  })

  it('is not known of times before all that is kept: values from then change nothing', async () => {
    const at = await begin({ above: 10 })
    await send({ at: at + 10, value: 3 })
    await judged(at + 20)
    await rig.checkpoint(gateway, { only: true })
    await judged(at + 20)
    await send({ at: at + 5, value: 11 })
    expect(await worked()).toEqual([])
  })
})

it('what comes late while a re-run is under way is noted anew', async () => {
  const at = await begin({ above: 10 })
  await judged(at + 20)
  await send({ at: at + 5, value: 11 })
  await process.turn(gateway)
  const timing = { settleMs: 0, atMostMs: 0, retryMs: 0 }
  const taken = await takeLateDevice(rig.pool, [gateway.id % PARTITIONS], timing)
  await send({ at: at + 3, value: 12 })
  await process.turn(gateway)
  await inTransaction(rig.pool, (tx) => endLateSpans(tx, taken as LateDevice, taken?.spans ?? [], []))
  expect(await rig.late(gateway)).toMatchObject([{ first: at + 3, last: at + 3, inputs: 1 }])
  expect(standing(await worked())).toEqual([{ to: 'major', at: at + 3, late: true }])
})

describe('a process that ends', () => {
  it.each<Step>(['began', 'fetched', 'copied', 'before-commit', 'committed'])(
    'at the step %s of a re-run leaves nothing undone and nothing done twice',
    async (step) => {
      const at = await begin({ above: 10 })
      await send({ at: at + 10, value: 11 })
      await judged(at + 10)
      await send({ at: at + 5, value: 12 }, { at: at + 7, value: 3 })
      await process.turn(gateway)
      await process.leases.release()
      let turns = 0
      const dying = rig.process({
        failPoint: (passed) => {
          if (passed === 'began') turns++
          if (passed === step && turns === 2) throw new Error(`killed at ${step}`)
        },
      })
      await expect(dying.workOffLate(gateway)).rejects.toThrow(/killed/)
      await dying.leases.release()
      process = rig.process()
      expect(standing(await worked())).toEqual([
        { to: 'major', at: at + 5, late: true },
        { to: 'clear', at: at + 7, late: true },
        { to: 'major', at: at + 10, late: false },
      ])
    },
  )
})

it('a rule that fails at late values is told of and stopped there, and what it did not judge is noted', async () => {
  const at = await begin({ above: 10 })
  await judged(at + 10)
  await process.leases.release()
  process = rig.process({}, (book) => ({
    ...book,
    version: async (tx, id, version) => {
      const found = await book.version(tx, id, version)
      const hearing = {
        get: () => {
          throw new Error('out of order')
        },
      } as never
      return found && { ...found, compiled: { ...found.compiled, hearing } }
    },
  }))
  await send({ at: at + 5, value: 12 })
  await process.turn(gateway)
  await process.workOffLate(gateway)
  expect(await rig.alarms(gateway)).toEqual([])
  expect(await rig.late(gateway)).toMatchObject([{ reason: 'fault', inputs: 1 }])
  expect(await rig.faults()).toMatchObject([{ rule: 'power', device: 'meter-1', kind: 'threw' }])
})
