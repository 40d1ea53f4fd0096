import type { Colour } from './mesh.ts'
import type { Vector } from './vector.ts'

/** A lamp shines all round, or downwards only. */
export interface Lamp {
  readonly at: Vector
  readonly colour: Colour
  readonly down: boolean
}

export interface Light {
  /** Towards the sun, or the moon. */
  readonly sun: Vector
  readonly sunColour: Colour
  /** From straight above. */
  readonly sky: Colour
  /** Where the sky meets the ground; what is far away takes this colour. */
  readonly horizon: Colour
  /** What the ground throws back. */
  readonly ground: Colour
  readonly lamps: readonly Lamp[]
  /** Share of the light that is lost in a metre of air. */
  readonly haze: number
  /** 0 dry … 1 puddles. */
  readonly wetness: number
}
