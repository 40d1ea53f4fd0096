import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { RigGateway } from '../live/rig-gateway.ts'
import { type AreasRig, openAreasRig } from './areas-rig.ts'

const MINUTE = 60_000

let rig: AreasRig
let here: RigGateway
let there: RigGateway
beforeAll(async () => {
  rig = await openAreasRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => rig?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await rig.restart()
  here = await rig.rules.gateway()
  there = await rig.rules.gateway()
  await rig.stand(here, 'meter-1', 'park')
  await rig.stand(there, 'meter-1', 'east')
  await rig.stand(there, 'meter-2', 'west')
})

const hot = {
  id: 'hot',
  for: {},
  each: 'street',
  when: {
    expression: 'count(power) >= 2 && avg(power) > 10.0',
    clear: 'count(power) < 2 || avg(power) < 9.0',
  },
  severity: 'major',
  lateness: 'PT0S',
} as never as Rule

/** What is sent now counts from the next full minute on, which has to come. */
const LONG = 100_000

it(
  'an area is judged by what all its devices say at full minutes; also by who takes it over, and when one moves or is known late',
  { timeout: LONG },
  async () => {
    await rig.rules.put(hot)
    await rig.turn(here, there)
    const at = Date.now()
    const told = Math.ceil(at / MINUTE) * MINUTE
    await here.send(1, [{ at, value: 14 }])
    await there.send(1, [
      { at, value: 8 },
      { at, value: 100, device: 'meter-2' },
    ])
    const known = async () => {
      await rig.turn(here, there)
      const { rows } = await rig.rules.pool.query('SELECT value FROM rule_meeting ORDER BY value')
      return rows
    }
    await expect
      .poll(known, { timeout: LONG, interval: 500 })
      .toEqual([{ value: 8 }, { value: 14 }, { value: 100 }])
    expect(await rig.alarms()).toMatchObject([
      {
        area: 'east',
        open: true,
        transitions: [{ at: told, value: null, why: { numbers: { 'count(power)': 2, 'avg(power)': 11 } } }],
      },
    ])

    rig.forget()
    await rig.stand(there, 'meter-2', 'east')
    await rig.stand(here, 'meter-1', 'west')
    await rig.turn(here, there)
    expect(await rig.alarms()).toMatchObject([{ area: 'east', open: true, transitions: [{ at: told }] }])
    await rig.stand(there, 'meter-2', 'west')
    await rig.turn(here, there)
    expect(await rig.alarms()).toMatchObject([
      {
        area: 'east',
        open: false,
        transitions: [{ at: told }, { to: 'clear', why: { numbers: { 'count(power)': 1 } } }],
      },
      {
        area: 'west',
        open: true,
        transitions: [{ why: { numbers: { 'count(power)': 2, 'avg(power)': 57 } } }],
      },
    ])

    // What was known of that minute was not all: the mean was below, until meter-2 stood there for a turn in place of meter-1.
    await there.send(2, [{ at: at + 1, value: 4 }])
    await rig.turn(here, there)
    await rig.workOffLate(here, there)
    expect(await rig.alarms()).toMatchObject([
      {
        area: 'east',
        open: false,
        transitions: [
          { at: told, revised: true },
          { to: 'major', late: true, why: { numbers: { 'count(power)': 2, 'avg(power)': 52 } } },
          { to: 'clear', revised: false },
        ],
      },
      { area: 'west', open: true },
    ])
  },
)
