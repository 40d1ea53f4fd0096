import type { Profile } from '@ganzhi/contracts/profile'
import { fieldOf } from '@ganzhi/contracts/schema'
import { drivers } from '@ganzhi/device-drivers/registry'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { beforeAll, expect, test } from 'vitest'
import { type AcquisitionPlan, planAcquisition, type PlanFault } from './plan.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = await loadProfiles()
})

const well = { id: 'well-1', profile: 'ganzhi/pump-well', unit: 2 }
const station = { id: 'air-1', profile: 'ganzhi/air-station', unit: 1 }

function link(change: object = {}) {
  return { id: 'cabinet', driver: 'modbus', connection: { host: '10.0.0.9' }, devices: [well], ...change }
}

function faultsOf(...links: object[]): readonly PlanFault[] {
  const planned = planAcquisition({ links }, { drivers, profiles })
  return 'faults' in planned ? planned.faults : []
}

function plan(...links: object[]): AcquisitionPlan {
  const planned = planAcquisition({ links }, { drivers, profiles })
  if ('faults' in planned) expect.fail(JSON.stringify(planned.faults))
  return planned.plan
}

function pointOf({ links }: AcquisitionPlan, device: string, property: string) {
  const points = links.flatMap(({ devices }) => devices).find(({ id }) => id === device)?.points
  return points?.find((point) => point.property.id === property)
}

test('every property of a device is planned at its interval, with the way to it', () => {
  const planned = plan(link({ devices: [well, station] }))
  expect(planned.telemetryMs).toBe(1_000)
  const [wellPlan, airPlan] = planned.links[0]!.devices
  expect(wellPlan).toMatchObject({ id: 'well-1', profile: 'ganzhi/pump-well', address: { unit: 2 } })
  expect(new Set(airPlan?.points.map(({ intervalMs }) => intervalMs))).toEqual(
    new Set([1_000, 5_000, 60_000]),
  )
  for (const { device, property, driverPoint } of [...wellPlan!.points, ...airPlan!.points]) {
    expect(driverPoint['id']).toBe(property.id)
    expect(['well-1', 'air-1']).toContain(device)
  }
})

test('what the gateway overrides goes before what the device says, and that before the profile', () => {
  const properties = { level: { intervalMs: 200, deadband: { absolute: 0.01 } }, door: { read: false } }
  const planned = plan(link({ devices: [{ ...well, intervalMs: 2_000, properties }] }))
  const level = pointOf(planned, 'well-1', 'level')
  expect(level).toMatchObject({ intervalMs: 200, property: { deadband: { absolute: 0.01 } } })
  expect(pointOf(planned, 'well-1', 'energy')?.intervalMs).toBe(2_000)
})

test('what is not polled is known all the same: somebody may ask for it', () => {
  const planned = plan(link({ devices: [{ ...well, properties: { door: { read: false } } }] }))
  expect(pointOf(planned, 'well-1', 'door')).toMatchObject({ property: { id: 'door' } })
  expect(pointOf(planned, 'well-1', 'door')?.intervalMs).toBeUndefined()
})

test('what a profile says of every device of its kind goes to the driver, unless the device says otherwise', () => {
  const [own, other] = [{ registers: 20 }, { registers: 60 }]
  const base = profiles.get('ganzhi/pump-well')!
  const modbus = { ...base.protocols.modbus!, limits: other }
  const limited = new Map([...profiles, [base.id, { ...base, protocols: { modbus } }]])
  const devices = [well, { ...well, id: 'well-2', limits: own }]
  const planned = planAcquisition({ links: [link({ devices })] }, { drivers, profiles: limited })
  expect(planned).toMatchObject({
    plan: {
      links: [{ devices: [{ address: { unit: 2, limits: other } }, { address: { unit: 2, limits: own } }] }],
    },
  })
})

test('a whole number on the wire has a smallest step', () => {
  const planned = plan(link({ devices: [station] }))
  expect(pointOf(planned, 'air-1', 'temperature')?.step).toBe(0.1)
  expect(pointOf(plan(link()), 'well-1', 'level')?.step).toBeUndefined()
})

test.each([
  ['links[0].driver', link({ driver: 'modbuz' })],
  ['links[0].connection.host', link({ connection: { host: 5 } })],
  ['links[0].connection.prot', link({ connection: { host: 'a', prot: 502 } })],
  ['links[0].devices[0].profile', link({ devices: [{ ...well, profile: 'ganzhi/pump' }] })],
  ['links[0].devices[0].unit', link({ devices: [{ ...well, unit: 999 }] })],
  ['links[0].devices[0]', link({ devices: [{ id: 'a', profile: 'ganzhi/pump-well' }] })],
  ['links[0].devices[1].id', link({ devices: [well, well] })],
  ['links[0].devices[0].properties.depth', link({ devices: [{ ...well, properties: { depth: {} } }] })],
  [
    'links[0].devices[0].properties.level.intervalMs',
    link({ devices: [{ ...well, properties: { level: { intervalMs: 1 } } }] }),
  ],
  [
    'links[0].devices[0].properties.level.minReportMs',
    link({ devices: [{ ...well, properties: { level: { minReportMs: 5_000, maxReportMs: 1_000 } } }] }),
  ],
  ['links[0].id', link({ id: 'Cabinet 1' })],
])('a fault in %s refuses the whole by its path', (field, bad) => {
  expect(faultsOf(bad).map(({ path }) => fieldOf(path))).toContain(field)
})

test('every fault is found at once, also behind others', () => {
  const faults = faultsOf(
    link({
      connection: { host: 5 },
      devices: [
        { ...well, unit: 'two' },
        { ...station, profile: 'nobody/nothing' },
      ],
    }),
    link({ id: 'roof', driver: 'modbuz' }),
    { id: 'cellar' },
  )
  const fields = faults.map(({ path }) => fieldOf(path))
  for (const field of [
    'links[0].connection.host',
    'links[0].devices[0].unit',
    'links[0].devices[1].profile',
  ]) {
    expect(fields).toContain(field)
  }
  expect(fields).toContain('links[1].driver')
  expect(fields).toContain('links[2]')
})

test('two links of one name or one line, and one device on two links, are refused', () => {
  const fields = faultsOf(link(), link({ devices: [station] })).map(({ path }) => fieldOf(path))
  expect(fields).toEqual(['links[1].id', 'links[1].connection'])
  const twice = link({ id: 'roof', connection: { host: '10.0.0.10' } })
  expect(faultsOf(link(), twice).map(({ path }) => fieldOf(path))).toEqual(['links[1].devices[0].id'])
})
