import type { Placed } from '../engine/placed.ts'

/** Somebody or something whose whole life is known from the start: any moment of it can be asked for. */
export interface Actor {
  /** Nothing before it comes and after it has gone. */
  at(ms: number): Placed | undefined
}
