import { airAt, airMap } from './air-station.ts'
import { wellAt, wellMap } from './pump-well.ts'
import type { RegisterMap } from './register-map.ts'

/** Units 1, 3, 5 … are air stations, 2, 4, 6 … pump wells. */
export function unitMap(seed: number, unit: number, ms: number): RegisterMap {
  return unit % 2 === 1 ? airMap(airAt(seed, unit, ms), unit) : wellMap(wellAt(seed, unit, ms), unit)
}

/** Registers of all units, which change once a second as those of real devices do. */
export function cityBlock(seed: number, devices: number, now: () => number) {
  const maps = new Map<number, { second: number; map: RegisterMap }>()
  return (unit: number): RegisterMap | undefined => {
    if (unit < 1 || unit > devices) return undefined
    const second = Math.floor(now() / 1_000)
    const known = maps.get(unit)
    if (known?.second === second) return known.map
    const map = unitMap(seed, unit, second * 1_000)
    maps.set(unit, { second, map })
    return map
  }
}
