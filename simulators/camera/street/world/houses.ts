import type { Material } from '../engine/mesh.ts'
import type { Vector } from '../engine/vector.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import type { Palette } from './palette.ts'
import type { Solids } from './solids.ts'

const SHOP_M = 3.4
const STOREY_M = 3
/** Two windows. */
const STOREY_WIDTH_M = 6
const CONCRETE: Material = { colour: [0.35, 0.34, 0.32] }

/** Where along a street its houses look. */
export interface Row {
  readonly from: number
  readonly to: number
  /** The line of their fronts. */
  readonly z: number
  /** They look towards -z, or else towards z. */
  readonly nearward: boolean
  readonly shops: boolean
  /** Windows shine. */
  readonly lit: boolean
}

export function addHouses(solids: Solids, palette: Palette, random: Random, row: Row): void {
  for (let x = row.from; x < row.to;) {
    const width = 4 * Math.floor(between(random, 2, 6))
    addHouse(solids, palette, random, { ...row, from: x, to: x + width })
    x += width + (chance(random, 0.12) ? between(random, 1, 4) : 0)
  }
}

function addHouse(solids: Solids, palette: Palette, random: Random, row: Row): void {
  const { from, to, z, nearward, shops, lit } = row
  const storeys = Math.floor(between(random, 1, 6))
  const front = wallOf(solids, z, nearward)
  const base = shops ? SHOP_M : 0.6
  const wall: Material = { colour: [0.8, 0.8, 0.8], texture: palette.wall(random) }
  const storey: Material = {
    colour: [0.85, 0.85, 0.85],
    texture: palette.storey(random),
    ...(lit && chance(random, 0.5) ? { glow: [0.12, 0.1, 0.06] } : {}),
  }
  const top = base + storeys * STOREY_M
  front(storey, from, to, base, top, 0, [(to - from) / STOREY_WIDTH_M, storeys])
  if (shops) addShops(solids, palette, random, row)
  else front(wall, from, to, 0, base, 0, [(to - from) / 4, 0.2])
  // Sides are seen where a neighbour is lower, or none.
  const back = nearward ? z + 12 : z - 12
  const [low, high] = [Math.min(z, back), Math.max(z, back)]
  solids.box(wall, [from, nearward ? 0 : 0, low + 0.02], [to, top + 0.5, high - 0.02], 4, CONCRETE)
}

function addShops(
  solids: Solids,
  palette: Palette,
  random: Random,
  { from, to, z, nearward, lit }: Row,
): void {
  const front = wallOf(solids, z, nearward)
  for (let x = from; x < to; x += 4) {
    const open = lit && chance(random, 0.7)
    const glow = { glow: [0.9, 0.8, 0.62] as const }
    front(
      { colour: [0.8, 0.8, 0.8], texture: palette.shop(random), gloss: 0.25, ...(open ? glow : {}) },
      x,
      x + 4,
      0,
      2.55,
      0.02,
      [1, 1],
    )
    const board: Material = {
      colour: [0.85, 0.85, 0.85],
      texture: palette.sign(random),
      ...(open ? { glow: [0.5, 0.5, 0.5] } : {}),
    }
    front(board, x + 0.1, x + 3.9, 2.6, 3.35, 0.16, [1, 1])
    front(CONCRETE, x, x + 4, 2.5, SHOP_M, 0.01, [1, 1])
    if (chance(random, 0.3)) addAwning(solids, random, x, z, nearward)
  }
}

function addAwning(solids: Solids, random: Random, x: number, z: number, nearward: boolean): void {
  const cloth: Material = {
    colour: [between(random, 0.05, 0.6), between(random, 0.05, 0.4), between(random, 0.05, 0.4)],
  }
  const out = between(random, 0.9, 1.8)
  const edge = nearward ? z - out : z + out
  const top: [Vector, Vector, Vector, Vector] = nearward
    ? [
        [x, 2.35, edge],
        [x + 4, 2.35, edge],
        [x + 4, 2.75, z],
        [x, 2.75, z],
      ]
    : [
        [x + 4, 2.35, edge],
        [x, 2.35, edge],
        [x, 2.75, z],
        [x + 4, 2.75, z],
      ]
  const [a, b, c, d] = top
  solids.quad(cloth, top)
  solids.quad(cloth, [b, a, d, c])
}

/** Surfaces of a front, from x to x and from y to y, so far before its line. */
function wallOf(solids: Solids, z: number, nearward: boolean) {
  return (
    material: Material,
    x1: number,
    x2: number,
    y1: number,
    y2: number,
    before: number,
    tiles: readonly [number, number],
  ) => {
    const at = nearward ? z - before : z + before
    const corners: [Vector, Vector, Vector, Vector] = nearward
      ? [
          [x1, y1, at],
          [x2, y1, at],
          [x2, y2, at],
          [x1, y2, at],
        ]
      : [
          [x2, y1, at],
          [x1, y1, at],
          [x1, y2, at],
          [x2, y2, at],
        ]
    solids.quad(material, corners, tiles)
  }
}
