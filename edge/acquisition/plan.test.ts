import type { Profile } from '@ganzhi/contracts/profile'
import { drivers } from '@ganzhi/device-drivers/registry'
import { loadProfiles } from '@ganzhi/firmware-config/profile-folder'
import { beforeAll, expect, test } from 'vitest'
import { planAcquisition } from './plan.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = await loadProfiles()
})

const well = { id: 'well-1', profile: 'ganzhi/pump-well', unit: 2 }
const station = { id: 'air-1', profile: 'ganzhi/air-station', unit: 1 }

function link(change: object = {}) {
  return { id: 'cabinet', driver: 'modbus', connection: { host: '10.0.0.9' }, devices: [well], ...change }
}

function plan(...links: object[]) {
  return planAcquisition({ links }, { drivers, profiles })
}

test('a device is read once an interval, and every property has its slot', () => {
  const { tables, links, telemetryMs } = plan(link({ devices: [well, station] }))
  expect(telemetryMs).toBe(1_000)
  expect(tables).toHaveLength(1)
  expect(tables[0]?.points.slice(0, 2)).toEqual([
    { device: 'well-1', property: 'level', type: 'float', decimals: 3 },
    { device: 'well-1', property: 'pressure', type: 'float', decimals: 2 },
  ])
  const polls = links[0]!.polls
  expect(polls.map(({ device, address, intervalMs }) => [device, address['unit'], intervalMs])).toEqual([
    ['well-1', 2, 1_000],
    ['well-1', 2, 5_000],
    ['air-1', 1, 1_000],
    ['air-1', 1, 5_000],
    ['air-1', 1, 60_000],
  ])
  for (const { points, driverPoints } of polls) {
    expect(driverPoints.map((point) => point['id'])).toEqual(points.map(({ property }) => property.id))
    for (const { table, slot, property } of points) {
      expect(tables[table]?.points[slot]).toMatchObject({ property: property.id })
    }
  }
})

test('what the gateway overrides goes before what the device says, and that before the profile', () => {
  const properties = { level: { intervalMs: 200, deadband: { absolute: 0.01 } }, door: { read: false } }
  const { links } = plan(link({ devices: [{ ...well, intervalMs: 2_000, properties }] }))
  const points = links[0]!.polls.flatMap(({ intervalMs, points: of }) =>
    of.map(({ property }) => ({ ...property, intervalMs })),
  )
  const find = (id: string) => points.find((point) => point.id === id)
  expect(find('level')).toMatchObject({ intervalMs: 200, deadband: { absolute: 0.01 } })
  expect(find('energy')).toMatchObject({ intervalMs: 2_000 })
  expect(find('door')).toBeUndefined()
})

test('a table holds at most 10,000 points', () => {
  const devices = Array.from({ length: 1_300 }, (_, i) => ({ ...well, id: `well-${i}`, unit: 1 }))
  const { tables } = plan(link({ devices }))
  expect(tables.map(({ points }) => points.length)).toEqual([10_000, 400])
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
  ['links[0].id', link({ id: 'Cabinet 1' })],
])('a fault in %s refuses the whole by its path', (field, bad) => {
  expect(() => plan(bad)).toThrow(expect.objectContaining({ code: 'bad-input', field }))
})

test('two links of one name, and one device on two links, are refused', () => {
  expect(() => plan(link(), link({ devices: [] }))).toThrow(expect.objectContaining({ field: 'links[1].id' }))
  const twice = link({ id: 'roof' })
  expect(() => plan(link(), twice)).toThrow(expect.objectContaining({ field: 'links[1].devices[0].id' }))
})
