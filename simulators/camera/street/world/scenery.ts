import type { Place, Placed } from '../engine/placed.ts'
import { chance, type Random } from '../things/making/chance.ts'
import { closeEnds } from './ends.ts'
import { plant } from './greenery.ts'
import { addHouses } from './houses.ts'
import type { Palette } from './palette.ts'
import { addKerb, addMarks, addTactile, pave } from './paving.ts'
import { furnish } from './roadside.ts'
import type { Strip } from './strips.ts'
import { HALF_LENGTH_M, openYard, type Yard } from './yard.ts'

export interface Scenery {
  readonly still: readonly Placed[]
  /** Lamps that shine at night, in the world. */
  readonly lampsAt: readonly Place[]
}

/** Wider places have no guide for the blind. */
const SQUARE_M = 9

/** What stands in a street whatever the day: the ground with its marks, houses, trees, lamp posts, railings. */
export function buildScenery(
  strips: readonly Strip[],
  palette: Palette,
  random: Random,
  lit: boolean,
): Scenery {
  const yard = openYard(palette, random, lit)
  strips.forEach((strip, i) => {
    const beyond = strips[i + 1]
    pave(yard, strip)
    if (beyond && beyond.height !== strip.height) {
      addKerb(yard, strip.far, Math.max(beyond.height, strip.height))
    }
    build(yard, strip, { first: i === 0, housesBeyond: beyond?.kind === 'houses' })
  })
  closeEnds(yard, strips)
  const origin = { x: 0, z: 0 }
  const { ground, solids, still, lampsAt } = yard
  return {
    still: [
      { thing: { parts: [{ meshes: ground.meshes() }] }, place: origin, id: 0, flat: true },
      { thing: { parts: [{ meshes: solids.meshes() }] }, place: origin, id: 0 },
      ...still,
    ],
    lampsAt,
  }
}

interface Neighbours {
  readonly first: boolean
  readonly housesBeyond: boolean
}

function build(yard: Yard, strip: Strip, { first, housesBeyond }: Neighbours): void {
  const { solids, palette, random, lit } = yard
  switch (strip.kind) {
    case 'houses': {
      const line = first ? { z: strip.far, nearward: false } : { z: strip.near, nearward: true }
      const reach = { from: -HALF_LENGTH_M, to: HALF_LENGTH_M }
      return addHouses(solids, palette, random, { ...reach, ...line, lit, shops: chance(random, 0.8) })
    }
    case 'walk':
      if (strip.ground !== 'earth' && strip.far - strip.near < SQUARE_M) addTactile(yard, strip)
      return furnish(yard, strip, !housesBeyond)
    case 'road':
      return addMarks(yard, strip)
    case 'green':
      return plant(yard, strip)
  }
}
