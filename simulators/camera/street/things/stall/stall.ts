import type { Thing } from '../../engine/mesh.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { frameAt } from '../making/frame.ts'
import { partOf } from '../making/piece.ts'
import type { Pose } from '../person/pose.ts'
import { parasol } from '../umbrella.ts'
import {
  clothStand,
  foodCart,
  fruitStand,
  railStand,
  type Stand,
  tableStand,
  tricycleStand,
} from './stands.ts'

const KINDS = ['tricycle', 'table', 'cloth', 'food-cart', 'fruit', 'rail'] as const
export type StallKind = (typeof KINDS)[number]

export interface Stall extends Thing {
  readonly width: number
  readonly depth: number
  /** Where the one who sells is, who looks the way the stall does. */
  readonly seller: { readonly x: number; readonly z: number; readonly pose: Pose }
}

export function stall(random: Random, kind: StallKind = pick(random, KINDS)): Stall {
  const stand = standOf(random, kind)
  const parts = [partOf('stall', stand.pieces)]
  if (chance(random, kind === 'food-cart' ? 0.25 : 0.5)) {
    const at = [
      between(random, -0.35, 0.35) * stand.width,
      0,
      between(random, 0.2, 0.6) * stand.depth,
    ] as const
    parts.push(parasol(random).part(frameAt(at)))
  }
  const low = stand.seller === 'sits'
  return {
    parts,
    width: stand.width,
    depth: stand.depth,
    seller: {
      x: between(random, -0.25, 0.25) * stand.width,
      z: stand.depth / 2 + (low ? 0.45 : 0.35),
      pose: low
        ? { doing: 'sitting', phase: random(), seat: between(random, 0.22, 0.45) }
        : { doing: 'standing', phase: random() },
    },
  }
}

function standOf(random: Random, kind: StallKind): Stand {
  switch (kind) {
    case 'tricycle':
      return tricycleStand(random)
    case 'table':
      return tableStand(random)
    case 'cloth':
      return clothStand(random)
    case 'food-cart':
      return foodCart(random)
    case 'fruit':
      return fruitStand(random)
    case 'rail':
      return railStand(random)
  }
}
