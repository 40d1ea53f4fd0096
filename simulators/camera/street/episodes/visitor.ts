import type { Actor } from '../lives/actor.ts'
import { visit, type VisitOptions } from '../lives/visit.ts'
import type { Point } from '../lives/way.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import type { Kind } from '../things/person/outfit.ts'
import { person } from '../things/person/person.ts'
import type { Pose } from '../things/person/pose.ts'
import type { ScriptOptions } from './episode.ts'

/** Out of sight of the camera, to its left or right. */
const BEYOND_M = 17
/** Between two rows of plots people come and go. */
const LANE_M = 2.2
/** Until the one who has the longest way is there. */
export const ARRIVAL_MS = 24_000

export interface VisitorOptions {
  readonly number: number
  /** Where to stay, from the middle of the plot. */
  readonly at: Point
  readonly arrivesMs: number
  readonly leavesMs: number
  readonly pose: VisitOptions['pose']
  readonly kind?: Kind
  readonly turn?: number
  /** Towards the camera, and not from whichever side. */
  readonly fromBehind?: boolean
  readonly coming?: NonNullable<VisitOptions['coming']>
  readonly going?: NonNullable<VisitOptions['going']>
}

/** Comes from one side, stays on the plot, goes to either side. */
export function visitor({ random, plot, firstId }: ScriptOptions, options: VisitorOptions): Actor {
  const { number, at, kind = someKind(random), fromBehind = false, ...how } = options
  const here = { x: plot.x + at.x, z: plot.z + at.z }
  const lane = fromBehind || chance(random, 0.5) ? LANE_M : -LANE_M
  // What is pushed can't be turned on the spot: it goes straight on.
  const straightOn = how.going === 'pushing' || chance(random, 0.5)
  const laneOut = straightOn ? -lane : lane
  return visit({
    ...how,
    id: firstId + number,
    who: person(random, kind),
    speed: between(random, 1.1, 1.45),
    umbrella: chance(random, 0.015),
    height: plot.y,
    arrival: wayIn(random, here, plot.z + lane),
    departure: wayIn(random, here, plot.z + laneOut).toReversed(),
  })
}

function wayIn(random: Random, here: Point, laneZ: number): Point[] {
  const side = chance(random, 0.5) ? 1 : -1
  const z = laneZ + between(random, -0.25, 0.25)
  return [{ x: side * BEYOND_M, z }, { x: here.x + between(random, -0.2, 0.2), z }, here]
}

function someKind(random: Random): Kind {
  return chance(random, 0.15) ? 'elder' : 'passer-by'
}

export function waiting(random: Random): (phase: number) => Pose {
  const doing = chance(random, 0.35) ? 'talking' : chance(random, 0.25) ? 'phoning' : 'standing'
  return (phase) => ({ doing, phase })
}
