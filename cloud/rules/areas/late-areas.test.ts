import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { AREAS } from '../live/partition-leases.ts'
import type { RigGateway } from '../live/rig-gateway.ts'
import { type AreasRig, eventOf, many, openAreasRig } from './areas-rig.ts'

let rig: AreasRig
let here: RigGateway
let there: RigGateway
let seq = 0
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

const SOON = { timeout: 20_000 }
const begin = async (rule: Rule): Promise<number> => {
  await rig.rules.put(rule)
  await rig.turn(here, there)
  return Date.now()
}
const send = (gateway: RigGateway, ...samples: Parameters<RigGateway['send']>[1]) =>
  gateway.send(++seq, samples)
/** Both gateways and the areas have judged all up to `at`. */
const judged = (at: number) =>
  expect
    .poll(async () => {
      await rig.turn(here, there)
      return rig.held?.standing.clock
    }, SOON)
    .toBeGreaterThan(at)
const worked = async (): Promise<unknown[]> => {
  await rig.turn(here, there)
  await rig.workOffLate(here, there)
  return rig.alarms()
}

it('an alarm of an area that began earlier than was told is the same one, moved', async () => {
  const at = await begin(many(2))
  await send(here, { at: at + 40, value: 11 })
  await send(there, { at: at + 60, value: 12 })
  await judged(at + 60)
  expect(await rig.alarms()).toMatchObject([{ area: 'east', open: true, transitions: [{ at: at + 60 }] }])
  await send(there, { at: at + 20, value: 13 })
  expect(await worked()).toMatchObject([
    {
      area: 'east',
      open: true,
      withdrawn: false,
      transitions: [
        { to: 'major', at: at + 40, late: true, revised: false, value: 2 },
        { to: 'major', at: at + 60, late: false, revised: true },
      ],
    },
  ])
})

it('one that did not come about is withdrawn, and the area goes on from what is known now', async () => {
  const at = await begin(many(1))
  await send(here, { at, value: 11 })
  await judged(at)
  const over = Date.now()
  await send(here, { at: over, value: 3 })
  await judged(over)
  await send(here, { at: at + 1, value: 4 }, { at: at - 1, value: 11 })
  await worked()
  const again = Date.now()
  await send(here, { at: again, value: 12 })
  await judged(again)
  expect(await rig.alarms()).toMatchObject([
    {
      open: false,
      transitions: [
        { at: at - 1, late: true },
        { at, revised: true },
        { at: at + 1, late: true },
        { at: over, revised: true },
      ],
    },
    { open: true, transitions: [{ at: again, late: false }] },
  ])
})

it('incidents that are known late are counted when they began', async () => {
  const events = { type: 'cn.ganzhi.vision.street-vending', atLeast: 2, within: 'PT1H' }
  const at = await begin({ ...many(1), when: { events } })
  await here.sendEvent(++seq, eventOf(events.type, 1, 'meter-1', at + 50))
  await judged(at + 50)
  await there.sendEvent(++seq, eventOf(events.type, 2, 'meter-1', at + 10))
  expect(await worked()).toMatchObject([
    { area: 'east', open: true, transitions: [{ at: at + 50, late: true, why: { counted: 2 } }] },
  ])
})

it('late values count where the device stood at their time', async () => {
  const at = await begin(many(1))
  await judged(at + 20)
  await rig.stand(here, 'meter-1', 'west')
  await judged(Date.now())
  await send(here, { at: at + 5, value: 11 })
  const later = Date.now()
  await send(here, { at: later, value: 3 })
  expect(await worked()).toMatchObject([
    {
      area: 'east',
      open: false,
      transitions: [
        { at: at + 5, late: true },
        { to: 'clear', late: true },
      ],
    },
    {
      area: 'west',
      open: false,
      transitions: [
        { to: 'major', late: true },
        { to: 'clear', at: later, late: true },
      ],
    },
  ])
})

it('what is judged again is remembered, by those who take the areas over as well', async () => {
  const at = await begin(many(2))
  await send(here, { at: at + 10, value: 11 })
  await judged(at + 10)
  await send(there, { at: at + 5, value: 12 })
  await worked()
  rig.forget()
  const over = Date.now()
  await send(here, { at: over, value: 3 })
  await judged(over)
  expect(await rig.alarms()).toMatchObject([
    {
      open: false,
      transitions: [
        { at: at + 10, late: true },
        { to: 'clear', at: over, late: false },
      ],
    },
  ])
})

it('areas are judged again from a daily checkpoint, which is as it would have been', async () => {
  const at = await begin(many(1))
  await send(here, { at, value: 11 })
  await judged(at)
  await rig.rules.pool.query(`UPDATE rule_partition SET checkpoint_at = '-infinity' WHERE id = $1`, [AREAS])
  await rig.turn(here, there)
  const kept = rig.held?.standing.clock ?? 0
  await judged(kept + 5)
  await send(here, { at: at + 1, value: 3 })
  await worked()
  await send(there, { at: kept + 4, value: 12 })
  expect(await worked()).toMatchObject([
    { open: false, transitions: [{ at }, { to: 'clear', at: at + 1, late: true }] },
    { open: true, transitions: [{ to: 'major', at: kept + 4, late: true }] },
  ])
})
