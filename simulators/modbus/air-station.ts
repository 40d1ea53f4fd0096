import { daily, keyOf, rushHour, wander } from '../signal.ts'

/** What an air and noise station on a lamp post measures: the properties of the profile `ganzhi/air-station`. */
export function airAt(seed: number, unit: string, ms: number) {
  const walk = (name: string) => wander(keyOf(seed, 'air', unit, name), ms)
  const pm25 = 45 + 25 * rushHour(ms) + 35 * walk('pm25')
  return {
    temperature: 16 + 6 * daily(ms, 15) + 3 * walk('temperature'),
    humidity: 60 - 12 * daily(ms, 15) + 15 * walk('humidity'),
    pm25: Math.max(3, pm25),
    pm10: Math.max(5, pm25 * 1.6 + 10 * walk('pm10')),
    noise: 52 + 8 * daily(ms, 14) + 6 * rushHour(ms) + 5 * walk('noise'),
    wind_speed: Math.abs(4 * walk('wind')),
    wind_direction: (180 + 180 * walk('from') + 360) % 360,
    pressure: 1_013 + 9 * walk('pressure'),
    serial: `GZ-AIR-${unit}`,
  }
}
