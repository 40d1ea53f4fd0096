import { daily, keyOf, rushHour, wander } from '../signal.ts'
import { putInteger, putText, registers, type RegisterMap } from './register-map.ts'

/** What an air and noise station on a lamp post measures, in physical units. */
export interface Air {
  temperatureCel: number
  humidityPercent: number
  pm25: number
  pm10: number
  noiseDb: number
  windMs: number
  windFromDeg: number
  pressureHpa: number
}

export function airAt(seed: number, unit: number, ms: number): Air {
  const walk = (name: string) => wander(keyOf(seed, 'air', unit, name), ms)
  const temperatureCel = 16 + 6 * daily(ms, 15) + 3 * walk('temperature')
  const pm25 = 45 + 25 * rushHour(ms) + 35 * walk('pm25')
  return {
    temperatureCel,
    humidityPercent: 60 - 12 * daily(ms, 15) + 15 * walk('humidity'),
    pm25: Math.max(3, pm25),
    pm10: Math.max(5, pm25 * 1.6 + 10 * walk('pm10')),
    noiseDb: 52 + 8 * daily(ms, 14) + 6 * rushHour(ms) + 5 * walk('noise'),
    windMs: Math.abs(4 * walk('wind')),
    windFromDeg: (180 + 180 * walk('from') + 360) % 360,
    pressureHpa: 1_013 + 9 * walk('pressure'),
  }
}

/** Input registers 0 to 7 are measured values; holding registers 0 to 7 hold the serial number. */
export function airMap(air: Air, unit: number): RegisterMap {
  const input = registers(8)
  putInteger(input, 0, 1, air.temperatureCel * 10)
  putInteger(input, 1, 1, air.humidityPercent * 10)
  putInteger(input, 2, 1, air.pm25 * 10)
  putInteger(input, 3, 1, air.pm10 * 10)
  putInteger(input, 4, 1, air.noiseDb * 10)
  putInteger(input, 5, 1, air.windMs * 100)
  putInteger(input, 6, 1, air.windFromDeg)
  putInteger(input, 7, 1, air.pressureHpa * 10)
  const holding = registers(8)
  putText(holding, 0, 8, `GZ-AIR-${unit}`)
  return { input, holding, coil: [], discrete: [] }
}
