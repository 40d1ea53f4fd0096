import type { Texture, Thing } from '../engine/mesh.ts'
import type { Place, Placed } from '../engine/placed.ts'
import type { Random } from '../things/making/chance.ts'
import type { Palette } from './palette.ts'
import { Solids } from './solids.ts'

/** Houses, trees and the ground reach so far to either side. */
export const HALF_LENGTH_M = 48

/** A street that is being built. */
export interface Yard {
  /** What throws no shadow. */
  readonly ground: Solids
  readonly solids: Solids
  readonly still: Placed[]
  /** Lamps that shine at night. */
  readonly lampsAt: Place[]
  readonly palette: Palette
  readonly random: Random
  readonly leaves: Texture
  /** Lamps and windows shine. */
  readonly lit: boolean
}

export function openYard(palette: Palette, random: Random, lit: boolean): Yard {
  return {
    ground: new Solids(),
    solids: new Solids(),
    still: [],
    lampsAt: [],
    palette,
    random,
    leaves: palette.leaves(random),
    lit,
  }
}

export function put({ still }: Yard, thing: Thing, place: Place): void {
  still.push({ thing, place, id: 0 })
}
