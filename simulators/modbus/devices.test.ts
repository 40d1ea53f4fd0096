import { expect, test } from 'vitest'
import { airAt } from './air-station.ts'
import { readProfile } from './profile-file.ts'
import { profileUnit } from './profile-unit.ts'
import { wellAt } from './pump-well.ts'
import type { Table } from './bank.ts'
import type { TrueValue, Unit } from './unit.ts'

const START = Date.UTC(2026, 10, 21, 8)

async function unitWith(profile: string, values: Record<string, TrueValue>): Promise<Unit> {
  const options = { valueAt: (id: string) => values[id] ?? 0, now: () => START, limits: {} }
  return profileUnit({ profile: await readProfile(profile), ...options })
}

function words(unit: Unit, table: Table, address: number, count: number): string {
  const read = unit.read(table, address, count)
  return typeof read === 'number'
    ? `exception ${read}`
    : [...read].map((word) => word.toString(16).padStart(4, '0')).join('')
}

test('an air station writes its registers as its profile says', async () => {
  const unit = await unitWith('ganzhi/air-station', {
    temperature: -1.5,
    humidity: 60,
    pm25: 35.2,
    pm10: 56.3,
    noise: 54.1,
    wind_speed: 2.55,
    wind_direction: 270,
    pressure: 1013.2,
    serial: 'GZ-AIR-12',
  })
  expect(words(unit, 'input', 0, 8)).toBe(
    ['fff1', '0258', '0160', '0233', '021d', '00ff', '010e', '2794'].join(''),
  )
  expect(words(unit, 'holding', 0, 8)).toBe('475a2d4149522d313200000000000000')
})

test('a pump well writes its registers as its profile says', async () => {
  const unit = await unitWith('ganzhi/pump-well', {
    level: 123.5,
    pressure: 123.5,
    pump_seconds: 0x0102_0304,
    lifted: 4_294_967.297,
    energy: 123.456,
    high_level: true,
    pump: true,
    door: true,
  })
  expect(words(unit, 'holding', 0, 2)).toBe('000042f7')
  expect(words(unit, 'holding', 2, 2)).toBe('42f70000')
  expect(words(unit, 'holding', 4, 2)).toBe('01020304')
  expect(words(unit, 'holding', 6, 4)).toBe('0000000100000001')
  expect(words(unit, 'holding', 10, 1)).toBe('0020')
  expect(words(unit, 'holding', 12, 4)).toBe('be771a9fdd2f405e')
  expect(words(unit, 'coil', 3, 1)).toBe('0001')
  expect(words(unit, 'discrete', 0, 1)).toBe('0001')
})

test('what a well counts only grows, and what runs is what fills and empties it', () => {
  const wells = Array.from({ length: 3_600 }, (_, i) => wellAt(1, '2', START + i * 1_000))
  wells.slice(1).forEach((well, i) => {
    const before = wells[i]!
    expect(well.pump_seconds).toBeGreaterThanOrEqual(before.pump_seconds)
    expect(well.pump_seconds - before.pump_seconds).toBeLessThanOrEqual(2)
    if (well.pump && before.pump) expect(well.level).toBeLessThan(before.level)
  })
  expect(new Set(wells.map(({ pump }) => pump)).size).toBe(2)
  expect(wells.at(-1)!.pump_seconds).toBeGreaterThan(wells[0]!.pump_seconds + 600)
})

test('an air station stays within what its sensors can say, at any hour and under any seed', () => {
  for (let seed = 0; seed < 50; seed++) {
    const air = airAt(seed, '1', START + seed * 3_500_000)
    expect(air.pm25).toBeGreaterThan(0)
    expect(air.humidity).toBeLessThanOrEqual(100)
    expect(air.wind_direction).toBeLessThan(360)
    expect(air.noise).toBeGreaterThan(30)
  }
})
