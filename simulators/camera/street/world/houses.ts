import type { Material } from '../engine/mesh.ts'
import type { Vector } from '../engine/vector.ts'
import { between, chance, type Random } from '../things/making/chance.ts'
import type { Palette } from './palette.ts'
import { addProjections } from './projections.ts'
import type { Solids } from './solids.ts'

const SHOP_M = 3.4
const STOREY_M = 3
/** Two windows. */
const STOREY_WIDTH_M = 6
/** Cameras hang at x = 0: an awning would fill their picture. */
const CAMERA_M = 6
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
  addProjections(solids, palette, random, { from, to, z, nearward, lit, base, top })
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
  const awnings = chance(random, 0.3)
  const cloth: Material = { colour: [0.9, 0.9, 0.9], texture: palette.awning(random) }
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
    if (awnings && Math.abs(x + 2) > CAMERA_M) addAwning(solids, cloth, random, x, z, nearward)
  }
}

/** Slanting out over the pavement, with a valance that hangs from its edge. */
function addAwning(
  solids: Solids,
  cloth: Material,
  random: Random,
  x: number,
  z: number,
  nearward: boolean,
): void {
  const out = between(random, 0.8, 1.6)
  const edge = nearward ? z - out : z + out
  const [left, right] = nearward ? [x, x + 4] : [x + 4, x]
  const [high, low, hem] = [2.75, 2.42, 2.22]
  const roof = corners(left, right, [low, edge], [high, z])
  const valance = corners(left, right, [hem, edge], [low, edge])
  for (const [a, b, c, d] of [roof, valance]) {
    solids.quad(cloth, [a, b, c, d], [2, 1])
    solids.quad(cloth, [b, a, d, c], [2, 1])
  }
}

type Height = readonly [y: number, z: number]

function corners(
  left: number,
  right: number,
  below: Height,
  above: Height,
): [Vector, Vector, Vector, Vector] {
  return [
    [left, ...below],
    [right, ...below],
    [right, ...above],
    [left, ...above],
  ]
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
