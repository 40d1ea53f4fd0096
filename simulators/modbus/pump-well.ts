import { keyOf, wander } from '../signal.ts'

const INSTALLED_MS = Date.UTC(2026, 0, 1)
/** The pump runs in the last part of each cycle. */
const PUMPING_FROM = 0.7
const CUBIC_METRES_A_SECOND = 0.04
const KILOWATTS = 7.5
const HIGH_LEVEL_M = 2.6

/** A well that fills, and a pump that empties it: the properties of the profile `ganzhi/pump-well`. */
export function wellAt(seed: number, unit: string, ms: number) {
  const key = keyOf(seed, 'well', unit)
  const cycleMs = 120_000 + ((key >>> 0) % 61) * 1_000
  const cycles = Math.max(0, ms - INSTALLED_MS) / cycleMs
  const phase = cycles % 1
  const pump = phase >= PUMPING_FROM
  const fill = pump ? (1 - phase) / (1 - PUMPING_FROM) : phase / PUMPING_FROM
  const level = 0.6 + 2.2 * fill + 0.02 * wander(key, ms)
  const pumpedShare = Math.floor(cycles) * (1 - PUMPING_FROM) + Math.max(0, phase - PUMPING_FROM)
  // Since it was installed; what follows from it only grows too.
  const pumpSeconds = Math.floor((pumpedShare * cycleMs) / 1_000)
  return {
    level,
    pressure: level * 9.81,
    pump,
    pump_seconds: pumpSeconds,
    lifted: pumpSeconds * CUBIC_METRES_A_SECOND,
    energy: (pumpSeconds / 3_600) * KILOWATTS,
    high_level: level > HIGH_LEVEL_M,
    door: wander(keyOf(seed, 'door', unit), ms) > 0.75,
    serial: `GZ-WELL-${unit}`,
  }
}
