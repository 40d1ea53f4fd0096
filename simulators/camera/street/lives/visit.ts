import { towards } from '../engine/placed.ts'
import type { Person } from '../things/person/person.ts'
import type { Pose } from '../things/person/pose.ts'
import type { Actor } from './actor.ts'
import { type Point, wayThrough } from './way.ts'

export interface VisitOptions {
  readonly id: number
  readonly who: Person
  readonly speed: number
  readonly umbrella?: boolean
  /** From out of sight to the place where one stays, and on again; the ground is so high. */
  readonly arrival: readonly Point[]
  readonly departure: readonly Point[]
  readonly height: number
  readonly arrivesMs: number
  readonly leavesMs: number
  /** While there; coming and going it is walking, or this. */
  readonly pose: (phase: number) => Pose
  readonly turn?: number
  readonly coming?: 'walking' | 'carrying' | 'pushing' | 'sweeping'
  readonly going?: 'walking' | 'carrying' | 'pushing'
}

/** A gesture, or a breath. */
const GESTURE_MS = 4_000

/** Somebody comes, stays a while, and goes. */
export function visit(options: VisitOptions): Actor {
  const { id, who, speed, umbrella = false, height, arrivesMs, leavesMs, pose, coming, going } = options
  const arrival = wayThrough(options.arrival)
  const departure = wayThrough(options.departure)
  const end = arrival.at(arrival.lengthM)
  const walking = (doing: NonNullable<VisitOptions['coming']>, goneM: number): Pose => {
    const phase = goneM / who.stride
    return doing === 'pushing' ? { doing, phase, handle: 0.95 } : { doing, phase }
  }
  return {
    at(ms) {
      const before = arrival.lengthM - (speed * (arrivesMs - ms)) / 1_000
      const after = (speed * (ms - leavesMs)) / 1_000
      if (before < 0 || after > departure.lengthM) return undefined
      if (ms >= arrivesMs && ms < leavesMs) {
        const thing = who.thing(pose((ms - arrivesMs) / GESTURE_MS), umbrella)
        return { id, thing, place: { x: end.x, y: height, z: end.z, turn: options.turn ?? end.turn } }
      }
      const [way, gone, doing] =
        ms < arrivesMs
          ? ([arrival, before, coming ?? 'walking'] as const)
          : ([departure, after, going ?? 'walking'] as const)
      const { x, z, turn } = way.at(gone)
      return { id, thing: who.thing(walking(doing, gone), umbrella), place: { x, y: height, z, turn } }
    },
  }
}

/** How to turn so that one looks there. */
export function facing(from: Point, to: Point): number {
  return towards(to.x - from.x, to.z - from.z)
}
