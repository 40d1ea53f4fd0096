import type { Colour, Material } from '../../engine/mesh.ts'
import type { Bag } from './bag.ts'
import type { Cut } from './hair.ts'
import type { Hat } from './hat.ts'

export const KINDS = ['passer-by', 'child', 'elder', 'vendor', 'sweeper', 'officer', 'courier'] as const
export type Kind = (typeof KINDS)[number]

export interface Top {
  readonly material: Material
  /** Along the arm: 0.5 is half of the upper arm, 2 the wrist. */
  readonly sleeve: number
  /** Where it ends on the trunk: 0 at the hip joints. */
  readonly hem: number
  /** Off the skin, in metres. */
  readonly ease: number
  /** Quilting of a down jacket, as a share. */
  readonly puff: number
  /** A coat or dress goes on down the legs to here: 1 is the knee. */
  readonly skirt?: { readonly length: number; readonly flare: number }
}

export type Bottom =
  | {
      readonly kind: 'trousers'
      readonly material: Material
      readonly length: number
      readonly ease: readonly [number, number]
    }
  | { readonly kind: 'skirt'; readonly material: Material; readonly length: number; readonly flare: number }

export interface Outfit {
  readonly skin: Colour
  readonly face: Material
  readonly hairColour: Colour
  readonly cut: Cut
  readonly hairKey: number
  readonly top: Top
  readonly bottom: Bottom
  /** Over the top, down to the waist: an apron or a vest. */
  readonly vest?: { readonly material: Material; readonly hem: number }
  readonly shoes: Material
  readonly socks?: Material
  readonly heel: number
  readonly hat?: { readonly kind: Hat; readonly material: Material }
  readonly mask?: Material
  readonly bag?: { readonly kind: Bag; readonly material: Material }
  readonly gloves?: Material
}
