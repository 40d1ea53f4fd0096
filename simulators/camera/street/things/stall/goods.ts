import type { Material } from '../../engine/mesh.ts'
import { blob } from '../making/blob.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { frameAt } from '../making/frame.ts'
import { lathe } from '../making/lathe.ts'
import { noise } from '../making/noise.ts'
import { blended, paint, painted, shaded } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { placed, type Shape } from '../making/shape.ts'

const FRUITS = [
  '#e8872a',
  '#c8202c',
  '#d8352f',
  '#8fb83a',
  '#e8c62a',
  '#5a2a5c',
  '#7a9a3a',
  '#e06a6a',
  '#f0b03a',
  '#3f7a34',
  '#b8d058',
  '#8a5a2a',
] as const
const WARES = [
  '#c8303a',
  '#2f62b0',
  '#e2b93a',
  '#3f8f5a',
  '#d87aa0',
  '#f0eee8',
  '#26282c',
  '#7a4fa0',
  '#e07a34',
  '#5ab0c0',
  '#a8784a',
  '#8c9094',
] as const

/** Of the goods on a stall: heaped fruit, boxes, bottles, folded clothes, toys, pots. */
export const GOODS = [
  'fruit',
  'vegetables',
  'boxes',
  'bottles',
  'clothes',
  'toys',
  'shoes',
  'pots',
  'books',
] as const
type Goods = (typeof GOODS)[number]

/** A field of goods in the plane y = 0, so wide and so deep. */
export function goods(random: Random, kind: Goods, width: number, depth: number): Piece[] {
  switch (kind) {
    case 'fruit':
    case 'vegetables':
      return heaps(random, width, depth, kind === 'vegetables')
    case 'boxes':
      return spread(random, width, depth, 0.2, (size) =>
        box(size * between(random, 0.5, 0.9), between(random, 0.04, 0.2), size * between(random, 0.5, 0.9)),
      )
    case 'bottles':
      return spread(
        random,
        width,
        depth,
        0.13,
        (size) =>
          lathe(
            [
              [size * 0.28, 0],
              [size * 0.3, size * 1.1],
              [size * 0.1, size * 1.5],
              [size * 0.1, size * 1.8],
              [0, size * 1.8],
            ],
            6,
          ),
        0.7,
      )
    case 'clothes':
      return spread(random, width, depth, 0.3, (size) =>
        box(size * 0.85, between(random, 0.04, 0.14), size * 0.7),
      )
    case 'toys':
      return spread(random, width, depth, 0.2, (size) => {
        const radius = size * between(random, 0.25, 0.45)
        return placed(
          blob([radius, radius * between(random, 0.7, 1.4), radius], () => 1, { rows: 4, sides: 6 }),
          frameAt([0, radius * 0.8, 0]),
        )
      })
    case 'shoes':
      return spread(random, width, depth, 0.24, (size) =>
        placed(
          blob([size * 0.18, size * 0.2, size * 0.45], (_, y) => (y < 0 ? 0.7 : 1), { rows: 4, sides: 7 }),
          frameAt([0, size * 0.12, 0]),
        ),
      )
    case 'pots':
      return spread(
        random,
        width,
        depth,
        0.26,
        (size) =>
          lathe(
            [
              [size * 0.25, 0],
              [size * 0.4, size * 0.5],
              [size * 0.42, size * 0.55],
              [0, size * 0.4],
            ],
            8,
          ),
        0.5,
      )
    case 'books':
      return spread(random, width, depth, 0.2, (size) =>
        box(size * 0.7, between(random, 0.015, 0.08), size * 0.9),
      )
  }
}

/** In rows, not too straight. */
function spread(
  random: Random,
  width: number,
  depth: number,
  pitch: number,
  one: (size: number) => Shape,
  gloss = 0.15,
): Piece[] {
  const materials = WARES.map((hex): Material => ({
    colour: shaded(paint(hex), between(random, 0.7, 1.1)),
    gloss,
  }))
  const few = Array.from({ length: 2 + Math.floor(random() * 5) }, () => pick(random, materials))
  const size = pitch * between(random, 0.85, 1.25)
  const [columns, rows] = [Math.max(1, Math.floor(width / size)), Math.max(1, Math.floor(depth / size))]
  const pieces: Piece[] = []
  for (let r = 0; r < rows && pieces.length < 60; r++) {
    for (let c = 0; c < columns && pieces.length < 60; c++) {
      if (chance(random, 0.1)) continue
      const x = ((c + 0.5) / columns - 0.5) * width + between(random, -0.1, 0.1) * size
      const z = ((r + 0.5) / rows - 0.5) * depth + between(random, -0.1, 0.1) * size
      pieces.push([pick(random, few), put(one(size), [x, 0, z], between(random, -0.3, 0.3))])
    }
  }
  return pieces
}

/** Fruit is heaped: a bumpy skin whose texture shows the single ones. */
export function heaped(random: Random, width: number, depth: number, height: number, green: boolean): Piece {
  const bumps = noise(fork(random))
  const shape = blob([width / 2, height, depth / 2], (x, y, z) => 1 + 0.14 * bumps(x * 5, y * 5, z * 5), {
    rows: 6,
    sides: 10,
    wide: 4,
    high: 2,
  })
  for (let i = 1; i < shape.positions.length; i += 3)
    shape.positions[i] = Math.max(0, shape.positions[i] ?? 0)
  return [fruitSkin(random, green), shape]
}

function fruitSkin(random: Random, green: boolean): Material {
  const colour = paint(
    green && chance(random, 0.75)
      ? pick(random, ['#4a7a2e', '#6b9a3a', '#8fb04a', '#3a6428', '#d8e0c0', '#c85a2a'])
      : pick(random, FRUITS),
  )
  const other = blended(colour, paint(pick(random, FRUITS)), between(random, 0, 0.35))
  const leafy = noise(fork(random))
  return painted(
    24,
    24,
    (u, v) => {
      const [x, y] = [u * 4 + (Math.floor(v * 4) % 2) * 0.5, v * 4]
      const [dx, dy] = [x - Math.floor(x) - 0.5, y - Math.floor(y) - 0.5]
      const ball = green
        ? 0.6 + 0.5 * leafy(u * 14, v * 14, 0)
        : Math.max(0.25, 1.1 - (dx * dx + dy * dy) * 3)
      return shaded(blended(colour, other, leafy(Math.floor(x), Math.floor(y), 3) * 0.5 + 0.5), ball)
    },
    0.3,
  )
}

function heaps(random: Random, width: number, depth: number, green: boolean): Piece[] {
  const columns = Math.max(1, Math.round(width / between(random, 0.32, 0.55)))
  const rows = Math.max(1, Math.round(depth / between(random, 0.35, 0.6)))
  const pieces: Piece[] = []
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [skin, shape] = heaped(
        random,
        (width / columns) * 0.96,
        (depth / rows) * 0.96,
        between(random, 0.08, 0.2),
        green,
      )
      pieces.push([
        skin,
        put(shape, [((c + 0.5) / columns - 0.5) * width, 0, ((r + 0.5) / rows - 0.5) * depth]),
      ])
    }
  }
  return pieces
}
