import { expect, test } from 'vitest'
import { airAt } from './air-station.ts'
import { withIncidents } from './incidents.ts'
import { wellAt } from './pump-well.ts'

const START = Date.UTC(2026, 10, 21, 8)
const HOUR = Array.from({ length: 3_600 }, (_, second) => START + second * 1_000)
const air = (unit: string) => HOUR.map((ms) => withIncidents(unit, airAt(1, unit, ms), ms))
const well = (unit: string) => HOUR.map((ms) => withIncidents(unit, wellAt(1, unit, ms), ms))

test('within any eight minutes something goes wrong at some units, and is over again', () => {
  const dusty = air('3').map(({ pm10, pm25 }) => Number(pm10) > 150 && Number(pm10) > 3 * Number(pm25))
  const dry = well('6').map(({ pump, level }) => pump === true && Number(level) < 0.5)
  const loud = air('1').map(({ noise }) => Number(noise) > 70)
  for (const each of [dusty, dry, loud]) {
    for (let from = 0; from + 480 <= each.length; from += 60) {
      const some = each.slice(from, from + 480).filter(Boolean).length
      expect(some).toBeGreaterThan(30)
      expect(some).toBeLessThan(300)
    }
  }
})

test('nothing is the matter with the others', () => {
  for (const ms of HOUR) {
    const usual = airAt(1, '5', ms)
    expect(withIncidents('5', usual, ms)).toBe(usual)
  }
})
