import type { Rule } from '@ganzhi/contracts/rule'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type AreasRig, eventOf, many, openAreasRig } from '../areas/areas-rig.ts'
import { inTransaction } from '../../database/pool.ts'
import { insertEvents } from '../../events/event-rows.ts'
import type { RigGateway } from '../live/rig-gateway.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { triedDevices, tryRules } from './stored-rules.ts'

const VENDING = 'cn.ganzhi.vision.street-vending'
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
})

async function tried(rule: Rule, from: number, to: number) {
  const surroundings = await chinaSurroundings()
  const { pool } = rig.rules
  const asked = { rules: [rule], scope: rule.for, span: { from, to }, mostTransitions: 1_000 }
  const devices = await triedDevices(pool, asked, surroundings)
  const [told] = await tryRules(pool, asked, devices, surroundings, { signal: AbortSignal.timeout(60_000) })
  return told?.transitions.map(({ id, at, target, to: state, value, why }) => {
    return { id, at: Date.parse(at), target, to: state, value, why }
  })
}

it('what was told of areas live is told again by what was stored', async () => {
  await rig.stand(here, 'meter-1', 'park')
  await rig.stand(here, 'meter-2', 'east')
  await rig.stand(there, 'meter-1', 'east')
  await rig.stand(there, 'meter-2', 'west')
  const rule = {
    ...many(2),
    for: { tag: 'loud' },
    when: {
      any: [
        { devices: { atLeast: 2, when: { above: 10, clearBelow: 8, property: 'power' } } },
        { events: { type: VENDING, atLeast: 2, within: 'PT1H' } },
      ],
    },
  } as Rule
  for (const gateway of [here, there])
    for (const device of ['meter-1', 'meter-2']) await rig.rules.place(gateway, device, ['loud'], {})
  await rig.rules.put(rule)
  await rig.turn(here, there)
  const begun = Date.now()
  let seq = 0
  for (let n = 0; n < 60; n += 1) {
    const [gateway, device] = [n % 3 === 0 ? there : here, `meter-${(n % 2) + 1}`]
    const value = Math.round(9 + 5 * Math.sin(n / 4))
    await gateway.send(++seq, [{ at: begun + n, device, value }])
    if (n === 30) await rig.turn(here, there)
    if (n % 25 !== 0) continue
    const event = eventOf(VENDING, n, 'meter-1', begun + n)
    await here.sendEvent(++seq, event)
    await inTransaction(rig.rules.pool, (tx) =>
      insertEvents(tx, [{ gatewayId: here.id, event: event as never }]),
    )
  }
  const until = Date.now()
  await expect
    .poll(
      async () => {
        await rig.turn(here, there)
        return rig.held?.standing.clock
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThan(until)
  await rig.workOffLate(here, there)
  const { rows: live } = await rig.rules.pool.query<{ version: number }>(
    `SELECT t.id, (extract(epoch FROM t.at) * 1000)::float8 AS at, target, to_state AS to, value, why FROM alarm_transition t
     JOIN alarm a ON a.id = t.alarm_id WHERE revised_at IS NULL ORDER BY t.at, target`,
  )
  const { rows } = await rig.rules.pool.query<{ document: Rule }>('SELECT document FROM rule_version')
  expect(live.length).toBeGreaterThan(2)
  expect(await tried(rows.at(-1)?.document as Rule, begun, until)).toEqual(live)
})

it('a rule over gateways is tried by the spans in which they were not heard of', async () => {
  const from = Math.floor(Date.now() / MINUTE) * MINUTE - 600 * MINUTE
  const rule = {
    id: 'offline',
    version: 1,
    for: { gateway: here.name },
    each: 'gateway',
    levels: [
      { severity: 'major', when: { offline: 'PT3M' } },
      { severity: 'critical', when: { offline: 'PT30M' } },
    ],
  } as Rule
  const away = async (minute: number, until: number | null, silentAt: number | null) => {
    const at = (after: number | null) => (after === null ? null : new Date(from + after * MINUTE))
    await rig.rules.pool.query(
      'INSERT INTO gateway_unreached (gateway_id, from_at, until_at, silent_at) VALUES ($1, $2, $3, $4)',
      [here.id, at(minute), at(until), at(silentAt)],
    )
  }
  await away(10, 12, 10)
  await away(20, 60, 21)
  // Its records stayed away, though it was alive.
  await away(100, 200, null)
  await away(300, null, 300)
  expect(await tried(rule, from, from + 310 * MINUTE)).toMatchObject([
    { target: here.name, at: from + 24 * MINUTE, to: 'major' },
    { at: from + 51 * MINUTE, to: 'critical' },
    { at: from + 60 * MINUTE, to: 'clear' },
    { at: from + 303 * MINUTE, to: 'major' },
  ])
  expect(await tried({ ...rule, for: { gateway: there.name } }, from, from + 310 * MINUTE)).toEqual([])
})

it('a rule over links is tried by the spans in which they were down', async () => {
  const from = Math.floor(Date.now() / MINUTE) * MINUTE - 600 * MINUTE
  const at = (minute: number) => new Date(from + minute * MINUTE)
  const rule = {
    id: 'link',
    version: 1,
    for: { gateway: here.name },
    each: 'link',
    when: { offline: 'PT2M' },
    severity: 'major',
  } as Rule
  await rig.rules.pool.query(
    `INSERT INTO link_unreached (gateway_id, link, from_at, until_at, devices)
     VALUES ($1, 'bus-1', $2, $3, '{}'), ($1, 'bus-1', $3, $4, '{meter-1}'), ($1, 'bus-2', $5, $6, '{}')`,
    [here.id, at(10), at(11), at(13), at(20), at(21)],
  )
  expect(await tried(rule, from, from + 30 * MINUTE)).toMatchObject([
    { target: `${here.name}/bus-1`, at: from + 12 * MINUTE, to: 'major' },
    { at: from + 13 * MINUTE, to: 'clear' },
  ])
})

it('a rule with an expression over areas is tried by what all their devices say', async () => {
  await rig.stand(here, 'meter-1', 'park')
  await rig.stand(there, 'meter-1', 'east')
  await rig.stand(there, 'meter-2', 'west')
  const from = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE
  const at = (minute: number) => from + minute * MINUTE
  const rule = {
    ...many(1),
    version: 1,
    when: { expression: 'count(power) >= 2 && avg(power) > 10.0', for: 'PT2M' },
  } as Rule
  await here.send(1, [
    { at: at(0.5), value: 20 },
    { at: at(9), value: 14 },
  ])
  await there.send(1, [
    { at: at(3.2), value: 1 },
    { at: at(4.7), value: 12 },
    { at: at(5), value: 100, device: 'meter-2' },
    { at: at(9.5), value: 11 },
    { at: at(12.4), value: 5 },
    { at: at(20), value: 12 },
  ])
  await expect
    .poll(() => tried(rule, from, at(40)), { timeout: 20_000 })
    .toMatchObject([
      {
        target: 'area:east',
        at: at(6),
        to: 'major',
        why: { numbers: { 'count(power)': 2, 'avg(power)': 16 } },
      },
      {
        target: 'area:east',
        at: at(13),
        to: 'clear',
        why: { numbers: { 'count(power)': 2, 'avg(power)': 9.5 } },
      },
    ])
})
