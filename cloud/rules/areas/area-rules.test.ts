import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { placeDevices } from '../../areas/place-devices.ts'
import type { Step } from '../../ingest/fail-point.ts'
import { AREAS, PARTITIONS } from '../live/partition-leases.ts'
import type { RigGateway } from '../live/rig-gateway.ts'
import { type RigProcess, type RulesRig, openRulesRig } from '../live/rules-rig.ts'
import type { AreasHeld } from './areas-held.ts'
import { takeAreaTurn } from './take-area-turn.ts'

let rig: RulesRig
let process: RigProcess
let here: RigGateway
let there: RigGateway
let held: AreasHeld | undefined
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
  await rig.pool.query(
    `INSERT INTO area (token, level, name_zh, parent, path, revision) VALUES ('city', 'city', '市', NULL, 'city/', 1),
       ('east', 'street', '东街道', 'city', 'city/east/', 1), ('west', 'street', '西街道', 'city', 'city/west/', 1),
       ('park', 'community', '公园社区', 'east', 'city/east/park/', 1)`,
  )
})
afterAll(() => rig?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await process?.leases.release()
  await rig.removeRules()
  await rig.pool.query(
    'DELETE FROM rule_fact; DELETE FROM rule_meeting; DELETE FROM rule_area_state; DELETE FROM alarm_transition; DELETE FROM alarm',
  )
  process = rig.process()
  held = undefined
  here = await rig.gateway()
  there = await rig.gateway()
  await stand(here, 'meter-1', 'park')
  await stand(there, 'meter-1', 'east')
  await stand(there, 'meter-2', 'west')
})

const SOON = { timeout: 20_000 }
const stand = async ({ name: gateway }: RigGateway, device: string, area: string) => {
  await placeDevices(rig.pool, [{ gateway, device, area }], { dryRun: false })
}
const HIGH = { above: 10, property: 'power' } as const
const many = (atLeast: number): Rule =>
  ({
    id: 'many',
    for: {},
    each: 'street',
    when: { devices: { atLeast, when: HIGH } },
    severity: 'major',
    lateness: 'PT0S',
  }) as never
const areaTurn = async (options = rig.options): Promise<void> => {
  const lease = (await process.leases.renew()).find(({ partition }) => partition === AREAS)
  if (!lease) throw new Error('the areas are another’s')
  const known = held
  held = undefined
  ;({ held } = await takeAreaTurn(lease, known, options))
}
/** All other partitions have come as far as ours. */
const turned = async (): Promise<void> => {
  await process.turn(here)
  await process.turn(there)
  await rig.pool.query('UPDATE rule_partition SET clock = now() WHERE id <> ALL ($1::int[])', [
    [AREAS, here.id % PARTITIONS, there.id % PARTITIONS],
  ])
  await areaTurn()
}
const eventOf = (type: string, n: number, device: string, at: number): object => {
  const incident = `01JD${String(n).padStart(22, '0')}`
  return {
    specversion: '1.0',
    id: `${incident}.started.0`,
    source: 'test',
    type: `${type}.started`,
    subject: device,
    time: new Date(at).toISOString(),
    incident,
    trace: {},
    data: {},
  }
}
const begin = async (rule: Rule, change?: { alarms: 'keep' | 'close' }): Promise<number> => {
  await rig.put(rule, change)
  await turned()
  return Date.now()
}
const alarms = async (): Promise<unknown[]> => {
  const { rows } = await rig.pool.query<Record<string, unknown>>(
    `SELECT area, severity, closed_at IS NULL AS open, (SELECT json_agg(json_build_object('to', to_state, 'why', why,
       'value', value, 'at', (extract(epoch FROM at) * 1000)::int8) ORDER BY at) FROM alarm_transition WHERE alarm_id = alarm.id) AS transitions
     FROM alarm ORDER BY opened_at, area`,
  )
  return rows
}
const afterTurn = async (): Promise<unknown[]> => {
  await turned()
  return alarms()
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
            why: { counted: 2, who: [`${here.name}/meter-1`, `${there.name}/meter-1`] },
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
    await stand(here, 'meter-1', 'west')
    await expect.poll(afterTurn, SOON).toMatchObject([
      { area: 'east', open: false, transitions: [{ at }, { to: 'clear', why: { counted: 0 } }] },
      { area: 'west', open: true, transitions: [{ to: 'major' }] },
    ])
  })

  it('ends when its devices are none of the rule’s any more', async () => {
    await rig.place(here, 'meter-1', ['loud'], {})
    const at = await begin({ ...many(1), for: { tag: 'loud' } })
    await here.send(1, [{ at, value: 11 }])
    await expect.poll(afterTurn, SOON).toMatchObject([{ area: 'east', open: true }])
    await rig.place(here, 'meter-1', [], {})
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
      await process.turn(there)
      return (await rig.pool.query('SELECT FROM rule_fact')).rowCount
    }, SOON)
    .toBe(1)
  await areaTurn()
  expect(held?.rules.values().next().value?.areas.size).toBe(0)
  await expect
    .poll(afterTurn, SOON)
    .toMatchObject([{ transitions: [{ at: at + 1 }, { to: 'clear', at: at + 2 }] }])
})

it('what comes too late is noted, and changes nothing of areas', async () => {
  const events = { type: 'cn.ganzhi.vision.street-vending', atLeast: 1, within: 'PT1H' }
  const at = await begin({ ...many(1), when: { any: [{ devices: { atLeast: 1, when: HIGH } }, { events }] } })
  const passed = async () => {
    await turned()
    return rig.clock(here)
  }
  await expect.poll(passed, SOON).toBeGreaterThan(at)
  const late = await rig.clock(here)
  await here.send(1, [{ at: late, value: 11 }])
  await here.sendEvent(1, eventOf(events.type, 1, 'meter-1', late))
  await expect
    .poll(async () => {
      await turned()
      return rig.late(here)
    }, SOON)
    .toMatchObject([{ rule: 'many', device: 'meter-1', reason: 'late', inputs: 2 }])
  expect(await alarms()).toEqual([])
})

it('what is remembered of areas is read again by who takes them over', async () => {
  const at = await begin(many(2))
  await here.send(1, [{ at, value: 11 }])
  await expect
    .poll(async () => {
      await turned()
      return (await rig.pool.query('SELECT FROM rule_meeting')).rowCount
    }, SOON)
    .toBe(1)
  held = undefined
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
    expect(await alarms()).toMatchObject([
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
    expect(await alarms()).toMatchObject([{ area: 'east', open: true }])
    const over = Date.now()
    await here.send(2, [{ at: over, value: 3 }])
    await expect
      .poll(afterTurn, SOON)
      .toMatchObject([{ area: 'east', open: false, transitions: [{}, { at: over }] }])
    await expect
      .poll(async () => {
        await turned()
        const { rows } = await rig.pool.query<{ n: number }>(
          'SELECT count(DISTINCT version)::int AS n FROM rule_meeting',
        )
        return [rows[0]?.n, held?.rules.size]
      }, SOON)
      .toEqual([1, 1])
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
    await process.turn(here)
    await process.turn(there)
    await rig.pool.query('UPDATE rule_partition SET clock = now() WHERE id <> $1', [AREAS])
    await expect(areaTurn({ ...rig.options, failPoint })).rejects.toThrow('killed')
    await expect.poll(afterTurn, SOON).toMatchObject([
      { open: false, transitions: [{ at }, { at: at + 1 }] },
      { open: true, transitions: [{ at: at + 2 }] },
    ])
  },
)
