import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { RigGateway } from './rig-gateway.ts'
import { type RigProcess, type RulesRig, openRulesRig } from './rules-rig.ts'

const SOON = { timeout: 20_000 }

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

const rule = (when: object, more: object = {}) =>
  ({
    id: 'power',
    for: { gateway: gateway.name, property: 'power' },
    when,
    severity: 'major',
    lateness: 'PT0S',
    ...more,
  }) as never

const migrate = async (given: never): Promise<void> => {
  await rig.put(given, { alarms: 'migrate' })
  await process.turn(gateway)
}

/** Of the only alarm: whether it is open, what was told of it, and of which version it is. */
async function alarm() {
  await process.turn(gateway)
  const [one, ...others] = await rig.alarms(gateway)
  expect(others).toEqual([])
  const { rows } = await rig.pool.query<{ version: number }>(
    'SELECT version FROM alarm WHERE gateway_id = $1',
    [gateway.id],
  )
  return {
    open: one?.open,
    told: one?.transitions.map(({ to, revised }) => (revised ? `(${to})` : to)),
    version: rows[0]?.version,
  }
}

/** It has begun at this time. */
async function raised(when: object, more?: object): Promise<number> {
  await rig.put(rule(when, more))
  await process.turn(gateway)
  const at = Date.now()
  await gateway.send(1, [{ at, value: 11 }])
  await expect.poll(alarm, SOON).toMatchObject({ open: true, told: ['major'] })
  return at
}

it('is one alarm, which the new version judges on', async () => {
  await raised({ above: 10 })
  const { version = 0 } = await alarm()
  await migrate(rule({ above: 10.5, clearBelow: 5 }))
  expect(await alarm()).toEqual({ open: true, told: ['major'], version: version + 1 })
  await gateway.send(2, [{ value: 6 }])
  await process.turn(gateway)
  await migrate(rule({ above: 10.5, clearBelow: 5 }, { severity: 'critical' }))
  await expect.poll(alarm, SOON).toMatchObject({ open: true, told: ['major', 'critical'] })
  await gateway.send(3, [{ value: 4 }])
  await expect
    .poll(alarm, SOON)
    .toEqual({ open: false, told: ['major', 'critical', 'clear'], version: version + 2 })
})

it('ends where the new version finds nothing to tell', async () => {
  await raised({ above: 10 })
  await migrate(rule({ above: 20 }))
  await expect.poll(alarm, SOON).toMatchObject({ open: false, told: ['major', 'clear'] })
})

it('ends where the new version is not for the device', async () => {
  await raised({ above: 10 })
  await migrate(rule({ above: 10 }, { for: { gateway: gateway.name, property: 'power', tag: 'none' } }))
  expect(await alarm()).toMatchObject({ open: false, told: ['major', 'clear'] })
})

it('loses nothing that waited for its time when the rule was changed', async () => {
  const at = await raised({ above: 10 }, { lateness: 'PT1S' })
  await gateway.send(2, [{ at: at + 1_500, value: 3 }])
  await process.turn(gateway)
  await migrate(rule({ above: 9 }, { lateness: 'PT1S' }))
  await expect.poll(alarm, SOON).toMatchObject({ open: false, told: ['major', 'clear'] })
  expect((await rig.alarms(gateway))[0]?.transitions.at(-1)).toMatchObject({ at: at + 1_500 })
})

it('judges as late what the new version waits less for', async () => {
  const at = await raised({ above: 10 }, { lateness: 'PT3S' })
  await gateway.send(2, [{ at: at + 2_500, value: 3 }])
  await process.turn(gateway)
  await migrate(rule({ above: 9 }, { lateness: 'PT0S' }))
  expect(await rig.late(gateway)).toMatchObject([{ rule: 'power', reason: 'late', first: at + 2_500 }])
  await process.workOffLate(gateway)
  expect(await alarm()).toMatchObject({ open: false, told: ['major', 'clear'] })
})

it('is the same after a takeover, and where values come late', async () => {
  const at = await raised({ above: 10 })
  await migrate(rule({ above: 10, clearBelow: 5 }))
  await process.leases.release()
  process = rig.process()
  const began = Date.now()
  await gateway.send(2, [{ at: began, value: 7 }])
  await process.turn(gateway)
  const ended = Date.now()
  await gateway.send(3, [{ at: ended, value: 4 }])
  await expect.poll(alarm, SOON).toMatchObject({ open: false, told: ['major', 'clear'] })
  await gateway.send(4, [{ at: began + 1, value: 3 }])
  await process.workOffLate(gateway)
  const [one] = await rig.alarms(gateway)
  expect(one?.transitions).toMatchObject([
    { to: 'major', at, revised: false },
    { to: 'clear', at: began + 1, revised: false },
    { to: 'clear', at: ended, revised: true },
  ])
})
