import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Step } from '../../ingest/fail-point.ts'
import { AREAS } from '../live/partition-leases.ts'
import type { RigGateway } from '../live/rig-gateway.ts'
import { type AreasRig, eventOf, many, openAreasRig } from './areas-rig.ts'

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

const SOON = { timeout: 20_000 }
const turned = () => rig.turn(here, there)
const begin = async (rule: Rule, change?: { alarms: 'keep' | 'close' }): Promise<number> => {
  await rig.rules.put(rule, change)
  await turned()
  return Date.now()
}
const afterTurn = async (): Promise<unknown[]> => {
  await turned()
  return rig.alarms()
}

describe('an area’s alarm', () => {
  it('begins when so many devices of it meet the condition, of whatever gateways, and ends when fewer do', async () => {
    const at = await begin(many(2))
    await here.send(1, [
      { at, value: 11 },
      { at: at + 9, value: 3 },
    ])
    await there.send(1, [
      { at: at + 5, value: 12 },
      { at: at + 5, value: 12, device: 'meter-2' },
    ])
    await expect.poll(afterTurn, SOON).toMatchObject([
      {
        area: 'east',
        open: false,
        transitions: [
          {
            to: 'major',
            at: at + 5,
            value: 2,
            why: { counted: 2, who: [`${here.name}/meter-1`, `${there.name}/meter-1`].toSorted() },
          },
          { to: 'clear', at: at + 9, why: { who: [`${there.name}/meter-1`] } },
        ],
      },
    ])
  })

  it('counts events of all its devices', async () => {
    const events = { type: 'cn.ganzhi.vision.street-vending', atLeast: 2, within: 'PT1H' }
    const at = await begin({ ...many(1), when: { events } })
    const event = (n: number, device: string) => eventOf(events.type, n, device, at + n)
    await here.sendEvent(1, event(1, 'meter-1'))
    await there.sendEvent(1, event(2, 'meter-1'))
    await there.sendEvent(2, event(3, 'meter-2'))
    await expect
      .poll(afterTurn, SOON)
      .toMatchObject([{ area: 'east', open: true, transitions: [{ at: at + 2, why: { counted: 2 } }] }])
  })

  it('follows a device that is placed elsewhere', async () => {
    const at = await begin(many(1))
    await here.send(1, [{ at, value: 11 }])
    await expect.poll(afterTurn, SOON).toMatchObject([{ area: 'east', open: true }])
    await rig.stand(here, 'meter-1', 'west')
    await expect.poll(afterTurn, SOON).toMatchObject([
      { area: 'east', open: false, transitions: [{ at }, { to: 'clear', why: { counted: 0 } }] },
      { area: 'west', open: true, transitions: [{ to: 'major' }] },
    ])
  })

  it('ends when its devices are none of the rule’s any more', async () => {
    await rig.rules.place(here, 'meter-1', ['loud'], {})
    const at = await begin({ ...many(1), for: { tag: 'loud' } })
    await here.send(1, [{ at, value: 11 }])
    await expect.poll(afterTurn, SOON).toMatchObject([{ area: 'east', open: true }])
    await rig.rules.place(here, 'meter-1', [], {})
    await expect.poll(afterTurn, SOON).toMatchObject([{ area: 'east', open: false }])
  })
})

it('areas are judged only as far as all partitions have come: what is slow is waited for', async () => {
  const at = await begin(many(2))
  await there.send(1, [{ at: at + 1, value: 12 }])
  await here.send(1, [
    { at, value: 11 },
    { at: at + 2, value: 3 },
  ])
  await expect
    .poll(async () => {
      await rig.process.turn(there)
      return (await rig.rules.pool.query('SELECT FROM rule_fact')).rowCount
    }, SOON)
    .toBe(1)
  await rig.areaTurn()
  expect(rig.held?.rules.values().next().value?.areas.size).toBe(0)
  await expect
    .poll(afterTurn, SOON)
    .toMatchObject([{ transitions: [{ at: at + 1 }, { to: 'clear', at: at + 2 }] }])
})

it('what is remembered of areas is read again by who takes them over', async () => {
  const at = await begin(many(2))
  await here.send(1, [{ at, value: 11 }])
  await expect
    .poll(async () => {
      await turned()
      return (await rig.rules.pool.query('SELECT FROM rule_meeting')).rowCount
    }, SOON)
    .toBe(1)
  rig.forget()
  await there.send(1, [{ value: 12 }])
  await expect
    .poll(afterTurn, SOON)
    .toMatchObject([{ area: 'east', open: true, transitions: [{ why: { counted: 2 } }] }])
})

describe('a new version', () => {
  it('ends what is open where it says so', async () => {
    const at = await begin(many(1))
    await here.send(1, [{ at, value: 11 }])
    await expect.poll(afterTurn, SOON).toMatchObject([{ area: 'east', open: true }])
    await begin(many(2), { alarms: 'close' })
    expect(await rig.alarms()).toMatchObject([
      { area: 'east', open: false, transitions: [{}, { to: 'clear', why: { because: 'rule-changed' } }] },
    ])
  })

  it('leaves what is open to the version that raised it, until it ends', async () => {
    const at = await begin(many(1))
    await here.send(1, [{ at, value: 11 }])
    await expect.poll(afterTurn, SOON).toMatchObject([{ area: 'east', open: true }])
    const later = await begin(many(2))
    await there.send(1, [{ at: later, value: 12, device: 'meter-2' }])
    await turned()
    expect(await rig.alarms()).toMatchObject([{ area: 'east', open: true }])
    const over = Date.now()
    await here.send(2, [{ at: over, value: 3 }])
    await expect
      .poll(afterTurn, SOON)
      .toMatchObject([{ area: 'east', open: false, transitions: [{}, { at: over }] }])
    await expect
      .poll(async () => {
        await turned()
        const { rows } = await rig.rules.pool.query<{ n: number }>(
          'SELECT count(DISTINCT version)::int AS n FROM rule_meeting',
        )
        return [rows[0]?.n, rig.held?.rules.size]
      }, SOON)
      .toEqual([1, 1])
  })

  it('begins at such an area when that has ended, by who meets what then', async () => {
    const at = await begin(many(1))
    await here.send(1, [{ at, value: 11 }])
    await expect.poll(afterTurn, SOON).toMatchObject([{ area: 'east', open: true }])
    const when = { devices: { atLeast: 1, when: { above: 5, property: 'power' } } }
    const later = await begin({ ...many(1), when })
    await here.send(2, [{ at: later, value: 12 }])
    const over = Date.now()
    await here.send(3, [{ at: over, value: 7 }])
    await expect.poll(afterTurn, SOON).toMatchObject([
      { open: false, transitions: [{ at }, { to: 'clear', at: over }] },
      { open: true, transitions: [{ to: 'major', why: { counted: 1 } }] },
    ])
  })
})

it.each(['began', 'fetched', 'copied', 'before-commit', 'committed'] satisfies Step[])(
  'a turn that ends at %s is taken again, and tells everything once',
  async (where) => {
    const at = await begin(many(1))
    await here.send(1, [
      { at, value: 11 },
      { at: at + 1, value: 3 },
      { at: at + 2, value: 12 },
    ])
    let failed = false
    const failPoint = (step: Step): void => {
      if (step !== where || failed) return
      failed = true
      throw new Error('killed')
    }
    await rig.process.turn(here)
    await rig.process.turn(there)
    await rig.rules.pool.query('UPDATE rule_partition SET clock = now() WHERE id <> $1', [AREAS])
    await expect(rig.areaTurn({ ...rig.rules.options, failPoint })).rejects.toThrow('killed')
    await expect.poll(afterTurn, SOON).toMatchObject([
      { open: false, transitions: [{ at }, { at: at + 1 }] },
      { open: true, transitions: [{ at: at + 2 }] },
    ])
  },
)
