import { keyOf, wander } from '../signal.ts'
import {
  putFloat32,
  putFloat64,
  putInteger,
  putText,
  registers,
  type RegisterMap,
  reverseWords,
} from './register-map.ts'

/** A well that fills, and a pump that empties it. */
export interface Well {
  levelM: number
  pressureKpa: number
  pumping: boolean
  /** Since it was installed; each only grows. */
  pumpSeconds: number
  liftedLitres: number
  energyKwh: number
  doorOpen: boolean
}

const INSTALLED_MS = Date.UTC(2026, 0, 1)
/** The pump runs in the last part of each cycle. */
const PUMPING_FROM = 0.7
const LITRES_A_SECOND = 40
const KILOWATTS = 7.5

export function wellAt(seed: number, unit: number, ms: number): Well {
  const key = keyOf(seed, 'well', unit)
  const cycleMs = 120_000 + (((key >>> 0) % 61) + unit) * 1_000
  const since = Math.max(0, ms - INSTALLED_MS)
  const cycles = since / cycleMs
  const phase = cycles % 1
  const pumping = phase >= PUMPING_FROM
  const fill = pumping ? (1 - phase) / (1 - PUMPING_FROM) : phase / PUMPING_FROM
  const levelM = 0.6 + 2.2 * fill + 0.02 * wander(key, ms)
  const pumpedShare = Math.floor(cycles) * (1 - PUMPING_FROM) + Math.max(0, phase - PUMPING_FROM)
  const pumpSeconds = Math.floor((pumpedShare * cycleMs) / 1_000)
  return {
    levelM,
    pressureKpa: levelM * 9.81,
    pumping,
    pumpSeconds,
    liftedLitres: pumpSeconds * LITRES_A_SECOND,
    energyKwh: (pumpSeconds / 3_600) * KILOWATTS,
    doorOpen: wander(keyOf(seed, 'door', unit), ms) > 0.75,
  }
}

const HIGH_LEVEL_M = 2.6

/**
 * Holding: 0 level float32 low word first; 2 pressure float32; 4 pump seconds uint32; 6 lifted litres uint64; 10 status
 * word (bit 0 pump, bit 5 high level); 12 energy float64 low word first; 20 serial number. Coil 3: pump. Discrete 0: door.
 */
export function wellMap(well: Well, unit: number): RegisterMap {
  const holding = registers(28)
  putFloat32(holding, 0, well.levelM)
  reverseWords(holding, 0, 2)
  putFloat32(holding, 2, well.pressureKpa)
  putInteger(holding, 4, 2, well.pumpSeconds)
  putInteger(holding, 6, 4, well.liftedLitres)
  putInteger(holding, 10, 1, (well.pumping ? 1 : 0) | (well.levelM > HIGH_LEVEL_M ? 1 << 5 : 0))
  putFloat64(holding, 12, well.energyKwh)
  reverseWords(holding, 12, 4)
  putText(holding, 20, 8, `GZ-WELL-${unit}`)
  return {
    holding,
    input: registers(0),
    coil: [false, false, false, well.pumping],
    discrete: [well.doorOpen],
  }
}
