import { type Random, seededRandom } from './random.ts'

const DAY_MS = 86_400_000
/** Between two readings. */
const READ_MS = 300_000

/** For tests: a reading of a sensor of temperature and humidity. */
export interface Weather {
  /** ms since 1970 */
  readonly at: number
  readonly temp: number
  readonly hum: number
}

/** Days and nights with weather of their own; humidity falls as it gets warmer. */
export function weather(days: number, seed = 5): Weather[] {
  const random = seededRandom(seed)
  const begin = Date.UTC(2026, 5, 1)
  let [level, gusts, mist] = [0, 0, 0]
  return Array.from({ length: (days * DAY_MS) / READ_MS }, (_, i) => {
    const at = begin + i * READ_MS
    level += 0.04 * noise(random) - 0.001 * level
    gusts = 0.9 * gusts + 0.1 * noise(random)
    mist = 0.9 * mist + 0.4 * noise(random)
    const temp = 20 + 6 * Math.sin((at / DAY_MS) * 2 * Math.PI - 2) + 2 * level + gusts
    return { at, temp: tenths(temp), hum: tenths(60 - 3 * (temp - 20) + 2 * mist) }
  })
}

/** Of a mean of 0 and a deviation of 1, nearly. */
function noise(random: Random): number {
  return Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6)
}

function tenths(value: number): number {
  return Math.round(10 * value) / 10
}

/** As the platform exports it. */
export function csvOf(readings: readonly Weather[], device = 'meter-1'): string {
  const rows = (property: 'temp' | 'hum') =>
    readings.map((reading) => {
      const value = Number.isNaN(reading[property]) ? ',bad-comm' : `${reading[property]},good`
      return `${new Date(reading.at).toISOString()},${device},${property},${value}`
    })
  return ['time,device,property,value,quality', ...rows('temp'), ...rows('hum'), ''].join('\r\n')
}
