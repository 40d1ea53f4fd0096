import type { Thing } from '../../engine/mesh.ts'
import { pick, type Random } from '../making/chance.ts'
import { partOf, type Piece } from '../making/piece.ts'
import { dog } from './dog.ts'
import { barrier, bollard, cone, electricBox, hydrant } from './roadside.ts'
import { bench, crates, ladder, plantPot, standingBoard, stool } from './shopside.ts'

export const CLUTTER = [
  'plant-pot',
  'cone',
  'barrier',
  'board',
  'crates',
  'bench',
  'hydrant',
  'electric-box',
  'dog',
  'bollard',
  'stool',
  'ladder',
] as const
type ClutterKind = (typeof CLUTTER)[number]

/** What stands about in a street and is not looked for. */
export function clutter(random: Random, kind: ClutterKind = pick(random, CLUTTER)): Thing {
  return { parts: [partOf(undefined, pieces(random, kind))] }
}

function pieces(random: Random, kind: ClutterKind): Piece[] {
  switch (kind) {
    case 'plant-pot':
      return plantPot(random)
    case 'cone':
      return cone(random)
    case 'barrier':
      return barrier(random)
    case 'board':
      return standingBoard(random)
    case 'crates':
      return crates(random)
    case 'bench':
      return bench(random)
    case 'hydrant':
      return hydrant(random)
    case 'electric-box':
      return electricBox(random)
    case 'dog':
      return dog(random)
    case 'bollard':
      return bollard(random)
    case 'stool':
      return stool(random)
    case 'ladder':
      return ladder(random)
  }
}
