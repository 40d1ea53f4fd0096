import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Step } from '../../ingest/fail-point.ts'
import type { RigGateway } from './rig-gateway.ts'
import { type RigAlarm, type RigProcess, type RulesRig, openRulesRig } from './rules-rig.ts'
import type { RuleBook } from './rule-book.ts'

let rig: RulesRig
let process: RigProcess
let gateway: RigGateway
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

const SOON = { timeout: 20_000 }
const WHEN_HIGH = { above: 10 } as const
/** By what comes within that time of its own is judged in order of time. */
const rule = (lateness: string, when: object = WHEN_HIGH) =>
  ({
    id: 'power',
    for: { gateway: gateway.name, property: 'power' },
    when,
    severity: 'major',
    lateness,
  }) as never

const turned = async (): Promise<RigAlarm[]> => {
  await process.turn(gateway)
  return rig.alarms(gateway)
}
const begin = async (given: never): Promise<number> => {
  await rig.put(given)
  await process.turn(gateway)
  return Date.now()
}
const lateInputs = () => rig.late(gateway)

it('takes without opening it what comes while there are no rules', async () => {
  await gateway.sendEvent(1, { unreadable: true })
  await process.turn(gateway)
  const at = await begin(rule('PT0S'))
  await gateway.send(1, [{ at, value: 11 }])
  await expect.poll(turned, SOON).toMatchObject([{ transitions: [{ to: 'major', at }] }])
})

describe('an alarm', () => {
  it('begins when values pass the limit, and ends when they do no more', async () => {
    const at = await begin(rule('PT0S'))
    await gateway.send(1, [
      { at, value: 11 },
      { at: at + 1, value: 12 },
      { at: at + 5, value: 3 },
    ])
    await expect.poll(turned, SOON).toMatchObject([
      {
        rule: 'power',
        device: 'meter-1',
        severity: 'major',
        open: false,
        transitions: [
          { from: 'clear', to: 'major', at },
          { from: 'major', to: 'clear', at: at + 5 },
        ],
      },
    ])
  })

  it('of a device is none of another, and its end neither', async () => {
    const at = await begin(rule('PT0S'))
    await gateway.send(1, [
      { at, device: 'meter-1', value: 11 },
      { at, device: 'meter-2', value: 12 },
      { at, device: 'meter-3', value: 4 },
    ])
    await expect.poll(turned, SOON).toMatchObject([
      { device: 'meter-1', open: true },
      { device: 'meter-2', open: true },
    ])
    await gateway.send(2, [{ at: Date.now(), device: 'meter-1', value: 3 }])
    await expect.poll(turned, SOON).toMatchObject([
      { device: 'meter-1', open: false },
      { device: 'meter-2', open: true },
    ])
  })

  it('becomes graver and less grave, and is one all the while', async () => {
    const levels = [
      { severity: 'minor', when: { above: 10 } },
      { severity: 'critical', when: { above: 20 } },
    ]
    await rig.put({
      id: 'levels',
      for: { gateway: gateway.name, property: 'power' },
      levels,
      lateness: 'PT0S',
    } as never)
    await process.turn(gateway)
    const at = Date.now()
    await gateway.send(
      1,
      [11, 21, 12].map((value, i) => ({ at: at + i, value })),
    )
    await expect.poll(async () => (await turned())[0]?.transitions.length, SOON).toBe(3)
    expect(await rig.alarms(gateway)).toMatchObject([
      { open: true, severity: 'minor', transitions: [{ to: 'minor' }, { to: 'critical' }, { to: 'minor' }] },
    ])
  })

  it('is there once for a rule, device and dimension, whoever writes it', async () => {
    const open = `INSERT INTO alarm (rule, version, target, gateway_id, device, severity, opened_at, changed_at)
      VALUES ('twice', 1, 'gw/meter-1', ${gateway.id}, 'meter-1', 'major', now(), now())`
    await rig.pool.query(open)
    await expect(rig.pool.query(open)).rejects.toMatchObject({ constraint: 'alarm_open' })
  })

  it('of silence comes by itself, from devices that never sent anything, too', async () => {
    await begin(rule('PT0S', { noData: 'PT5S' }))
    const at = Date.now()
    await gateway.send(1, [{ at, value: 1 }])
    await expect.poll(async () => (await turned()).length, SOON).toBe(3)
    const alarms = await rig.alarms(gateway)
    expect(alarms.find(({ device }) => device === 'meter-1')).toMatchObject({
      transitions: [{ at: at + 5_000 }],
    })
  })
})

describe('silence of a device that comes after a rule', () => {
  it('counts from its first input, also where the rule is taken up in the same turn', async () => {
    await rig.put(rule('PT0S', { noData: 'PT1S' }))
    const aMinute = 60_000
    await rig.setBack(gateway, aMinute)
    await rig.pool.query(`UPDATE rule SET changed_at = changed_at - interval '1 min'`)
    const at = Date.now()
    await gateway.send(1, [{ at, value: 1 }])
    await expect.poll(turned, SOON).toMatchObject([{ device: 'meter-1', transitions: [{ at: at + 1_000 }] }])
  })

  it('counts from its first input, also where that waits to be taken when it is placed, and who judges it is another', async () => {
    const silent = rule('PT5S', { noData: 'PT1S', property: 'power' }) as object
    await begin({ ...silent, for: { gateway: gateway.name, tag: 'pump' } } as never)
    const at = Date.now()
    await gateway.send(1, [{ at, value: 1 }])
    for (const device of ['meter-1', 'meter-2']) await rig.place(gateway, device, ['pump'], {})
    await process.turn(gateway)
    await process.leases.release()
    process = rig.process()
    await expect.poll(turned, SOON).toMatchObject([{ device: 'meter-1', transitions: [{ at: at + 1_000 }] }])
  })
})

describe('the ledger', () => {
  it('is taken in order of time, not of arrival: what came first waits for what may be earlier', async () => {
    const at = await begin(rule('PT6S'))
    await gateway.send(2, [{ at: at + 5, value: 3 }])
    await process.turn(gateway)
    await gateway.send(1, [{ at, value: 11 }])
    await expect.poll(turned, SOON).toMatchObject([{ transitions: [{ at }, { to: 'clear', at: at + 5 }] }])
  })

  it('may have a batch that waited for its point table: it is taken when that has come', async () => {
    const at = await begin(rule('PT6S'))
    await gateway.send(1, [{ at, value: 11 }], 'parked')
    await gateway.send(2, [{ at: at + 5, value: 3 }])
    await process.turn(gateway)
    await gateway.unpark(1)
    await expect.poll(turned, SOON).toMatchObject([{ transitions: [{ at }, { to: 'clear', at: at + 5 }] }])
  })

  it('is made up for after a sleep as if there had been none', async () => {
    const now = await begin(rule('PT10S'))
    const hour = 3_600_000
    await rig.setBack(gateway, hour)
    const times = [0, 600_000, 1_200_000].map((ms) => now - hour + 5_000 + ms)
    for (const [i, at] of times.entries()) {
      await gateway.send(i + 1, [{ at, value: i === 1 ? 3 : 11 }], 'stored', at + 2_000)
    }
    await rig.process().leases.release()
    await process.leases.release()
    process = rig.process()
    await expect.poll(async () => (await turned()).length, SOON).toBe(2)
    expect(await rig.alarms(gateway)).toMatchObject([
      { open: false, transitions: [{ at: times[0] }, { at: times[1] }] },
      { open: true, transitions: [{ at: times[2] }] },
    ])
    expect(await lateInputs()).toEqual([])
  })

  it('may bring values too late: they change nothing, and the span that has to be looked at again is kept', async () => {
    const at = await begin(rule('PT0S'))
    await gateway.send(1, [{ at: at + 100, value: 3 }])
    await expect
      .poll(async () => (await process.turn(gateway), rig.clock(gateway)), SOON)
      .toBeGreaterThan(at + 100)
    await gateway.send(2, [
      { at: at + 10, value: 11 },
      { at: at + 20, value: 12 },
    ])
    await gateway.send(3, [{ at: at + 30, value: 13 }])
    await process.turn(gateway)
    expect(await lateInputs()).toEqual([
      { rule: 'power', device: 'meter-1', reason: 'late', first: at + 10, last: at + 30, inputs: 3 },
    ])
    expect(await rig.alarms(gateway)).toEqual([])
  })

  it('may hold values of a time that can not be true: they are not for rules', async () => {
    const at = await begin(rule('PT0S'))
    await gateway.send(1, [
      { at: at + 6 * 60_000, value: 11 },
      { at: at - 91 * 86_400_000, value: 11 },
    ])
    await gateway.send(2, [{ at: at + 50, value: 11, device: 'meter-2' }])
    await expect.poll(turned, SOON).toMatchObject([{ device: 'meter-2' }])
    expect(await lateInputs()).toEqual([])
  })
})

describe('a process that ends', () => {
  it.each<Step>(['began', 'fetched', 'copied', 'before-commit', 'committed'])(
    'at the step %s leaves nothing undone and nothing done twice',
    async (step) => {
      await begin(rule('PT1S'))
      const sent: number[] = []
      for (let seq = 1; seq <= 6; seq++) {
        const at = Date.now()
        sent.push(at)
        await gateway.send(seq, [{ at, value: seq % 2 ? 11 : 3 }])
        await process.leases.release()
        const dying = rig.process({
          failPoint: (passed) => {
            if (passed === step) throw new Error(`killed at ${step}`)
          },
        })
        await expect(dying.turn(gateway)).rejects.toThrow(/killed/)
        await dying.leases.release()
        process = rig.process()
        await process.turn(gateway)
      }
      const times = async () =>
        (await turned()).flatMap(({ transitions }) => transitions.map((each) => each.at))
      await expect.poll(times, SOON).toEqual(sent)
      expect(await lateInputs()).toEqual([])
    },
  )
})

describe('a change of a rule', () => {
  it('keeps open alarms: they are judged by the version that raised them until they end', async () => {
    const at = await begin(rule('PT0S'))
    await gateway.send(1, [{ at, value: 11 }])
    await expect.poll(turned, SOON).toMatchObject([{ open: true }])
    const later = await begin(rule('PT0S', { above: 100 }))
    await gateway.send(2, [{ at: later, value: 11 }])
    await expect
      .poll(async () => (await process.turn(gateway), rig.clock(gateway)), SOON)
      .toBeGreaterThan(later)
    expect(await rig.alarms(gateway)).toMatchObject([{ open: true, transitions: [{}] }])
    const last = Date.now()
    await gateway.send(3, [{ at: last, value: 3 }])
    await expect.poll(turned, SOON).toMatchObject([{ open: false }])
    const again = Date.now()
    await gateway.send(4, [
      { at: again, value: 11 },
      { at: again + 1, value: 101 },
    ])
    await expect.poll(turned, SOON).toMatchObject([{ open: false }, { transitions: [{ at: again + 1 }] }])
  })

  it('closes them where that is asked for', async () => {
    const at = await begin(rule('PT0S'))
    await gateway.send(1, [{ at, value: 11 }])
    await expect.poll(turned, SOON).toMatchObject([{ open: true }])
    await rig.put(rule('PT0S'), { enabled: false, alarms: 'close' })
    expect(await turned()).toMatchObject([{ open: false, transitions: [{}, { from: 'major', to: 'clear' }] }])
    await gateway.send(2, [{ value: 11 }])
    expect(await turned()).toHaveLength(1)
  })
})

it('a rule that fails is told of once and stopped there, and the others go on', async () => {
  await process.leases.release()
  process = rig.process({}, (book): RuleBook => ({
    ...book,
    version: async (tx, id, version) => {
      const found = await book.version(tx, id, version)
      if (id !== 'broken' || !found) return found
      const hearing = {
        get: () => {
          throw new Error('out of order')
        },
      } as never
      return { ...found, compiled: { ...found.compiled, hearing } }
    },
  }))
  await rig.put({ ...(rule('PT0S') as object), id: 'broken' } as never)
  const at = await begin(rule('PT0S'))
  await gateway.send(1, [{ at, value: 11 }])
  await expect.poll(turned, SOON).toMatchObject([{ rule: 'power' }])
  await gateway.send(2, [{ at: at + 1_000, value: 3 }])
  await expect.poll(turned, SOON).toMatchObject([{ rule: 'power', open: false }])
  expect(await rig.faults()).toEqual([
    { rule: 'broken', device: 'meter-1', kind: 'threw', message: 'out of order' },
  ])
  expect(await lateInputs()).toMatchObject([{ rule: 'broken', reason: 'fault', inputs: 2 }])
  await begin({ ...(rule('PT0S') as object), id: 'broken' } as never)
  expect(await lateInputs()).toEqual([])
})

it('an expression that can not be evaluated is told of once, and the rule goes on', async () => {
  const at = await begin(rule('PT0S', { expression: '10 / int(power) > 1' }))
  await gateway.send(1, [
    { at, value: 0 },
    { at, value: 0, device: 'meter-2' },
    { at: at + 1, value: 2 },
  ])
  await expect.poll(turned, SOON).toMatchObject([{ device: 'meter-1', open: true }])
  await gateway.send(2, [{ at: at + 5_000, value: 0 }])
  await process.leases.release()
  process = rig.process()
  await process.turn(gateway)
  expect(await rig.faults()).toMatchObject([{ rule: 'power', kind: 'expression' }])
})

it('a rule is for devices by where they are placed and what they are, and follows them when that changes', async () => {
  await rig.put({
    id: 'power',
    for: { gateway: gateway.name, tag: 'pump' },
    when: { above: { attribute: 'limit' }, property: 'power' },
    severity: 'major',
    lateness: 'PT0S',
  } as never)
  await process.turn(gateway)
  const high = (seq: number) => gateway.send(seq, [{ value: 11 }, { value: 11, device: 'meter-2' }])
  await high(1)
  expect(await turned()).toEqual([])
  await rig.place(gateway, 'meter-2', ['pump'], { limit: 10 })
  await process.turn(gateway)
  await high(2)
  await expect.poll(turned, SOON).toMatchObject([{ device: 'meter-2', open: true }])
  await rig.place(gateway, 'meter-2', ['pump'], { limit: 20 })
  await process.turn(gateway)
  await high(3)
  await expect.poll(turned, SOON).toMatchObject([{ device: 'meter-2', open: false }])
})

it('a rule that takes too long is stopped everywhere, and the others go on', async () => {
  await process.leases.release()
  const dawdle = (): undefined => {
    for (const end = performance.now() + 2_100; performance.now() < end;);
  }
  process = rig.process({}, (book) => ({
    ...book,
    version: async (tx, id, version) => {
      const found = await book.version(tx, id, version)
      if (id !== 'slow' || !found) return found
      return { ...found, compiled: { ...found.compiled, hearing: { get: dawdle } as never } }
    },
  }))
  await rig.put({ ...(rule('PT0S') as object), id: 'slow' } as never)
  const at = await begin(rule('PT0S'))
  await gateway.send(1, [{ at, value: 11 }])
  await expect.poll(turned, SOON).toMatchObject([{ rule: 'power' }])
  expect(await rig.faults()).toMatchObject([{ rule: 'slow', device: '', kind: 'slow' }])
  await gateway.send(2, [{ value: 3, device: 'meter-2' }])
  await process.turn(gateway)
  expect(await rig.faults()).toHaveLength(1)
})
