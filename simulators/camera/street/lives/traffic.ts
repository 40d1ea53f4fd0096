import { keyOf, randomStream } from '../../../signal.ts'
import { towards } from '../engine/placed.ts'
import { between } from '../things/making/chance.ts'
import { vehicle } from '../things/vehicle/vehicle.ts'
import type { Strip } from '../world/strips.ts'
import type { Actor } from './actor.ts'

export interface TrafficOptions {
  readonly strips: readonly Strip[]
  readonly count: number
  readonly lights: boolean
  /** After which all begins again. */
  readonly loopS: number
  readonly seed: number
}

/** Out of sight to the left and right. */
const HALF_WAY_M = 55
/** On a narrower road nobody gets past those who park. */
const LEAST_ROAD_M = 7

/** Vehicles drive by, keeping right. */
export function traffic({ strips, count, lights, loopS, seed }: TrafficOptions): Actor[] {
  const road = strips.find(({ kind, near, far }) => kind === 'road' && far - near >= LEAST_ROAD_M)
  if (!road) return []
  return Array.from({ length: count }, (_, i): Actor => {
    const random = randomStream(keyOf(seed, 'traffic', i))
    const thing = vehicle(random).thing(lights)
    const toRight = i % 2 === 0
    const speed = between(random, 6, 10)
    const phase = (i + random() * 0.6) / count
    const z = road.near + (road.far - road.near) * (toRight ? 0.37 : 0.63)
    const turn = towards(toRight ? 1 : -1, 0)
    return {
      at(ms) {
        const gone = ((phase + ms / 1_000 / loopS) % 1) * loopS * speed
        if (gone > 2 * HALF_WAY_M) return undefined
        const x = toRight ? gone - HALF_WAY_M : HALF_WAY_M - gone
        return { thing, place: { x, y: road.height, z, turn }, id: 2_000 + i }
      },
    }
  })
}
