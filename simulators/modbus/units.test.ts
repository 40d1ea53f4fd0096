import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Unit } from './unit.ts'
import { readProfile } from './profile-file.ts'
import { makeUnits } from './units.ts'

const NOW = Date.UTC(2026, 10, 21, 8)
const CHOICE = { devices: 3, seed: 1, profiles: [], sparse: false, incidents: false, limits: {} }
const FOLDER = join(import.meta.dirname, '../../firmware-config/profiles')
const PROFILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.yaml'),
)

async function unitWith(choice: object, now = () => NOW): Promise<Unit> {
  const units = await makeUnits({ ...CHOICE, ...choice }, now)
  return units.at(0).unitOf(1) as Unit
}

async function ofProfile(id: string, choice: object = {}): Promise<Unit> {
  return unitWith({ profiles: [{ profile: await readProfile(id), ids: [1] }], ...choice })
}

test('a plain register holds its address, odd coils are on, and what is a hole is not there', async () => {
  const unit = await unitWith({ registers: 100, holes: { there: 20, missing: 30 } })
  expect(unit.read('holding', 17, 3)).toEqual(Uint16Array.of(17, 18, 19))
  expect(unit.read('coil', 2, 2)).toEqual(Uint16Array.of(0, 1))
  expect(unit.read('holding', 19, 2)).toBe(2)
  expect(unit.read('input', 50, 1)).toEqual(Uint16Array.of(50))
  expect(unit.read('input', 99, 1)).toBe(2)
})

test('a block has the units it was asked for, and one moment is one set of values', async () => {
  let now = NOW
  const place = (await makeUnits(CHOICE, () => now)).at(0)
  expect([0, 1, 2, 3, 4].map((id) => place.unitOf(id) !== undefined)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ])
  const first = place.truth()
  now += 999
  expect(place.truth()).toEqual(first)
  now += 1
  expect(place.truth()).not.toEqual(first)
})

test('one seed makes one city, another seed or place another', async () => {
  const truth = async (seed: number, place: number) =>
    (await makeUnits({ ...CHOICE, seed }, () => NOW)).at(place).truth()
  expect(await truth(1, 0)).toEqual(await truth(1, 0))
  expect(await truth(2, 0)).not.toEqual(await truth(1, 0))
  expect(await truth(1, 1)).not.toEqual(await truth(1, 0))
})

test.each(PROFILES)('what a unit of %s says lies in the ranges of its profile', async (file) => {
  const profile = await readProfile(file.replace('.yaml', ''))
  const complaints: string[] = []
  for (let hour = 0; hour < 24; hour++) {
    const truth = (await ofProfile(profile.id, { seed: hour, at: NOW + hour * 3_600_000 })).truth()
    for (const { id, range: [low = 0, high = 0] = [-Infinity, Infinity], labels } of profile.properties) {
      const value = truth[id]
      const beyond = typeof value === 'number' && (value < low || value > high)
      if (beyond || (labels && !(String(value) in labels))) complaints.push(`${id}: ${value}`)
    }
  }
  expect(complaints).toEqual([])
})

test('what was written stays and is what the unit says, and what can only be read is not written', async () => {
  const unit = await ofProfile('intesis/inmbsdal')
  expect(unit.write('holding', 15, [80])).toBeUndefined()
  expect(unit.read('holding', 15, 1)).toEqual(Uint16Array.of(80))
  expect(unit.truth()['set_level']).toBe(80)
  expect(unit.write('holding', 6, [80])).toBe(2)
})

test('a unit takes no more in one read than its profile says, nor than it is told', async () => {
  const drive = await ofProfile('invt/goodrive')
  expect(drive.read('holding', 0x2000, 16)).toHaveLength(16)
  expect(drive.read('holding', 0x2000, 17)).toBe(3)
  const told = await ofProfile('invt/goodrive', { limits: { registers: 4 } })
  expect(told.read('holding', 0x2000, 5)).toBe(3)
})

test('a sparse unit has the registers of its points, and no other', async () => {
  expect((await ofProfile('eastron/sdm630')).read('input', 16, 10)).toHaveLength(10)
  expect((await ofProfile('eastron/sdm630', { sparse: true })).read('input', 16, 10)).toBe(2)
})
