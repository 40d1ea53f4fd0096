import { towards } from '../engine/placed.ts'

export interface Point {
  readonly x: number
  readonly z: number
}

export interface Way {
  readonly lengthM: number
  /** Where somebody is who has gone so far, and how turned. */
  at(distanceM: number): Point & { readonly turn: number }
}

/** Nobody turns on the spot. */
const CORNER_M = 0.5

/** From point to point, straight on. */
export function wayThrough(points: readonly Point[]): Way {
  const legs = points.slice(1).map((to, i) => {
    const from = points[i] as Point
    return { from, dx: to.x - from.x, dz: to.z - from.z, lengthM: Math.hypot(to.x - from.x, to.z - from.z) }
  })
  const lengthM = legs.reduce((sum, leg) => sum + leg.lengthM, 0)
  const pointAt = (distanceM: number): Point => {
    let left = Math.min(lengthM, Math.max(0, distanceM))
    for (const { from, dx, dz, lengthM: leg } of legs) {
      if (left <= leg) return { x: from.x + (dx * left) / (leg || 1), z: from.z + (dz * left) / (leg || 1) }
      left -= leg
    }
    return points.at(-1) as Point
  }
  return {
    lengthM,
    at(distanceM) {
      const behind = pointAt(distanceM - CORNER_M)
      const before = pointAt(distanceM + CORNER_M)
      const { x, z } = pointAt(distanceM)
      return { x, z, turn: towards(before.x - behind.x, before.z - behind.z) }
    },
  }
}
