import type { Material } from '../../engine/mesh.ts'
import { blob } from '../making/blob.ts'
import { box } from '../making/box.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { steel } from '../stall/fittings.ts'

export function cone(random: Random): Piece[] {
  const height = between(random, 0.5, 0.75)
  const orange = paint(pick(random, ['#e8501c', '#d8401a', '#f06a1c']))
  const bands = painted(
    8,
    32,
    (_, v) => ((v > 0.25 && v < 0.42) || (v > 0.58 && v < 0.72) ? [0.8, 0.8, 0.78] : orange),
    0.3,
  )
  return [
    [
      bands,
      lathe(
        [
          [height * 0.2, 0.03],
          [height * 0.13, height * 0.35],
          [height * 0.08, height * 0.7],
          [height * 0.035, height],
          [0, height],
        ],
        12,
      ),
    ],
    [{ colour: shaded(orange, 0.7) }, box(height * 0.55, 0.03, height * 0.55)],
  ]
}

/** Of plastic filled with water, or a fence of a building site. */
export function barrier(random: Random): Piece[] {
  const long = between(random, 1.1, 1.6)
  const colour = paint(pick(random, ['#d8401a', '#d8401a', '#e8c01c', '#e8e8e4', '#1f5fa8']))
  if (chance(random, 0.55)) {
    const water: Material = { colour, gloss: 0.4 }
    return [
      [water, box(long, 0.5, 0.45, 0.75)],
      [water, put(box(long, 0.4, 0.22), [0, 0.45, 0])],
      [{ colour: [0.75, 0.76, 0.76], gloss: 0.5 }, put(box(long * 0.8, 0.12, 0.225), [0, 0.6, 0])],
    ]
  }
  const stripes = painted(32, 4, (u) => (Math.floor(u * 8) % 2 === 0 ? colour : [0.8, 0.8, 0.8]))
  const legs = [-1, 1].map((hand): Piece => [
    steel,
    stick([hand * long * 0.45, 0, 0], [hand * long * 0.45, 1, 0], 0.02, 5),
  ])
  return [
    ...legs,
    [stripes, put(box(long, 0.16, 0.03), [0, 0.8, 0])],
    [stripes, put(box(long, 0.16, 0.03), [0, 0.4, 0])],
    ...legs.map((_, i): Piece => [steel, put(box(0.06, 0.03, 0.5), [(i - 0.5) * long * 0.9, 0, 0])]),
  ]
}

export function hydrant(random: Random): Piece[] {
  const red: Material = { colour: shaded(paint('#b01c1c'), between(random, 0.7, 1.1)), gloss: 0.5 }
  const nozzle = lathe(
    [
      [0.07, -0.16],
      [0.07, -0.16],
      [0.07, 0.16],
      [0.07, 0.16],
      [0, 0.16],
    ],
    8,
  )
  return [
    [
      red,
      lathe(
        [
          [0.16, 0],
          [0.16, 0.04],
          [0.1, 0.05],
          [0.1, 0.5],
          [0.13, 0.52],
          [0.13, 0.56],
          [0.09, 0.68],
          [0, 0.74],
        ],
        12,
      ),
    ],
    [red, put(nozzle, [0, 0.42, 0], 0, 0, Math.PI / 2)],
  ]
}

export function electricBox(random: Random): Piece[] {
  const grey: Material = {
    colour: paint(pick(random, ['#7a7f80', '#4a5a4c', '#a8aaa6', '#5a6670'])),
    gloss: 0.3,
  }
  const [width, height, depth] = [
    between(random, 0.5, 1.3),
    between(random, 0.9, 1.5),
    between(random, 0.35, 0.6),
  ]
  return [
    [{ colour: paint('#8a8880') }, box(width * 1.1, 0.12, depth * 1.15)],
    [grey, put(box(width, height, depth), [0, 0.12, 0])],
    [grey, put(box(width * 1.06, 0.05, depth * 1.1), [0, height + 0.12, 0])],
    [
      { colour: paint('#e2c22a') },
      put(box(0.16, 0.14, 0.005), [width * 0.2, height * 0.75, -depth / 2 - 0.003]),
    ],
    [{ colour: [0.03, 0.03, 0.03] }, put(box(0.012, height * 0.85, 0.005), [0, 0.2, -depth / 2 - 0.002])],
  ]
}

export function bollard(random: Random): Piece[] {
  const height = between(random, 0.55, 0.95)
  const radius = between(random, 0.05, 0.11)
  if (chance(random, 0.3))
    return [[{ colour: paint('#9a968e') }, put(blob([0.25, 0.25, 0.25]), [0, 0.24, 0])]]
  const bands = painted(
    4,
    32,
    (_, v) => (v > 0.15 && v < 0.3 ? [0.75, 0.7, 0.2] : shaded([0.3, 0.3, 0.32], 0.6)),
    0.5,
  )
  return [
    [
      bands,
      lathe(
        [
          [radius, 0],
          [radius, height * 0.95],
          [radius * 0.7, height],
          [0, height],
        ],
        10,
      ),
    ],
  ]
}
