import { towards } from '../engine/placed.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import { person } from '../things/person/person.ts'
import { twoWheeler } from '../things/vehicle/two-wheeler.ts'
import { vehicle } from '../things/vehicle/vehicle.ts'
import type { Strip } from '../world/strips.ts'
import { beside, put, type Site, someStrip } from './site.ts'

/** One right before the lens would hide everything. */
const NEAREST_M = 8

/** Shares: most are where they belong. */
const MIXED = { parked: 0.5, onRoad: 0.9 }

/** On the road in their lanes, parked at the kerb, and some where they should not be. */
export function addVehicles(site: Site, count: number, { parked: parkedShare, onRoad } = MIXED): void {
  const { random, spots, weather } = site
  const lights = weather.lit || weather.kind === 'rain' || weather.kind === 'fog'
  for (let i = 0; i < count; i++) {
    const road = someStrip(site, 'road')
    const strip = road && chance(random, onRoad) ? road : someStrip(site, 'walk')
    if (!strip || strip.far - strip.near < 3) continue
    const car = vehicle(random)
    const parked = strip !== road || chance(random, parkedShare)
    const spot = spots.find(strip, car.length / 2, laneOf(strip, parked, random), NEAREST_M)
    if (!spot) continue
    // One keeps right: what is near goes to the right.
    const right = spot.z < (strip.near + strip.far) / 2
    const turn = towards(right ? 1 : -1, 0) + between(random, -0.05, 0.05)
    put(site, car.thing(lights && (!parked || chance(random, 0.2))), spot, turn)
  }
}

/** Ridden on roads and on pavements too, or parked in rows. */
export function addTwoWheelers(site: Site, count: number): void {
  const { random, spots } = site
  const lights = site.weather.lit
  for (let left = count; left > 0; left--) {
    const strip = chance(random, 0.4) ? someStrip(site, 'road') : someStrip(site, 'walk')
    const spot = strip && spots.find(strip, 0.9)
    if (!spot) continue
    if (chance(random, 0.55)) {
      const turn = towards(chance(random, 0.5) ? 1 : -1, between(random, -0.2, 0.2))
      const rider = person(random, chance(random, 0.3) ? 'courier' : 'passer-by')
      put(site, twoWheeler(random).thing({ phase: random(), lights, rider }), spot, turn)
      continue
    }
    const turn = between(random, -0.3, 0.3) + (chance(random, 0.5) ? Math.PI : 0)
    const row = Math.min(left, 1 + Math.floor(7 * random() ** 2))
    left -= row - 1
    for (let k = 0; k < row; k++) {
      put(
        site,
        twoWheeler(random).thing({ phase: 0 }),
        beside(spot, turn, k * between(random, 0.55, 0.8), 0),
        turn + between(random, -0.1, 0.1),
      )
    }
  }
}

function laneOf({ near, far }: Strip, parked: boolean, random: Random): readonly [number, number] {
  const half = 1.1 / (far - near)
  const middle = parked ? half : between(random, half, 0.5 - half / 2)
  const at = chance(random, 0.5) ? middle : 1 - middle
  return [at - 0.01, at + 0.01]
}
