import { expect, test } from 'vitest'
import { airAt, airMap } from './air-station.ts'
import { cityBlock } from './city-block.ts'
import { wellAt, wellMap } from './pump-well.ts'

const START = Date.UTC(2026, 10, 21, 8)

function words(table: DataView, from: number, count: number): string {
  return Buffer.from(table.buffer, from * 2, count * 2).toString('hex')
}

test('an air station writes its registers as its manual says', () => {
  const air = {
    temperatureCel: -1.5,
    humidityPercent: 60,
    pm25: 35.2,
    pm10: 56.3,
    noiseDb: 54.1,
    windMs: 2.55,
    windFromDeg: 270,
    pressureHpa: 1013.2,
  }
  const { input, holding } = airMap(air, 12)
  expect(words(input, 0, 8)).toBe(['fff1', '0258', '0160', '0233', '021d', '00ff', '010e', '2794'].join(''))
  expect(words(holding, 0, 8)).toBe('475a2d4149522d313200000000000000')
})

test('a pump well writes its registers as its manual says', () => {
  const well = {
    levelM: 123.5,
    pressureKpa: 123.5,
    pumping: true,
    pumpSeconds: 0x0102_0304,
    liftedLitres: 0x01_0000_0001,
    energyKwh: 123.456,
    doorOpen: true,
  }
  const { holding, coil, discrete } = wellMap(well, 2)
  expect(words(holding, 0, 2)).toBe('000042f7')
  expect(words(holding, 2, 2)).toBe('42f70000')
  expect(words(holding, 4, 2)).toBe('01020304')
  expect(words(holding, 6, 4)).toBe('0000000100000001')
  expect(words(holding, 10, 1)).toBe('0021')
  expect(words(holding, 12, 4)).toBe('be771a9fdd2f405e')
  expect({ coil, discrete }).toEqual({ coil: [false, false, false, true], discrete: [true] })
})

test('what a well counts only grows, and what runs is what fills and empties it', () => {
  const wells = Array.from({ length: 3_600 }, (_, i) => wellAt(1, 2, START + i * 1_000))
  wells.slice(1).forEach((well, i) => {
    const before = wells[i]!
    expect(well.pumpSeconds).toBeGreaterThanOrEqual(before.pumpSeconds)
    expect(well.pumpSeconds - before.pumpSeconds).toBeLessThanOrEqual(2)
    if (well.pumping && before.pumping) expect(well.levelM).toBeLessThan(before.levelM)
  })
  expect(new Set(wells.map(({ pumping }) => pumping)).size).toBe(2)
  expect(wells.at(-1)!.pumpSeconds).toBeGreaterThan(wells[0]!.pumpSeconds + 600)
})

test('an air station stays within what its sensors can say, at any hour and under any seed', () => {
  for (let seed = 0; seed < 50; seed++) {
    const air = airAt(seed, 1, START + seed * 3_500_000)
    expect(air.pm25).toBeGreaterThan(0)
    expect(air.humidityPercent).toBeLessThanOrEqual(100)
    expect(air.windFromDeg).toBeLessThan(360)
    expect(air.noiseDb).toBeGreaterThan(30)
  }
})

test('a block has the units it was asked for, and one moment is one set of registers', () => {
  let now = START
  const mapOf = cityBlock(1, 3, () => now)
  expect([0, 1, 2, 3, 4].map((unit) => mapOf(unit) !== undefined)).toEqual([false, true, true, true, false])
  const first = mapOf(1)
  now += 999
  expect(mapOf(1)).toBe(first)
  now += 1
  expect(mapOf(1)).not.toBe(first)
})
