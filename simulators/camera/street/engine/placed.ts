import type { Thing } from './mesh.ts'

export interface Place {
  readonly x: number
  /** Above the ground. */
  readonly y?: number
  readonly z: number
  /** Radians about the upright; 0 looks towards -z. */
  readonly turn?: number
}

/** A thing somewhere, told from others by its number. */
export interface Placed {
  readonly thing: Thing
  readonly place: Place
  readonly id: number
  /** Throws no shadow, as the ground itself. */
  readonly flat?: boolean
}

/** How to turn so that the front looks that way. */
export function towards(dx: number, dz: number): number {
  return Math.atan2(-dx, -dz)
}
