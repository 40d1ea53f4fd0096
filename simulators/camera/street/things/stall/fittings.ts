import type { Material } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { grid } from '../making/grid.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { noise } from '../making/noise.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import type { Shape } from '../making/shape.ts'
import type { Vector } from '../making/vector.ts'

export const steel: Material = { colour: [0.42, 0.43, 0.45], gloss: 0.6 }
const RUBBER: Material = { colour: paint('#161617') }

const CLOTHS = [
  '#c8303a',
  '#2f62b0',
  '#e6e2d8',
  '#3f7a44',
  '#26304a',
  '#d9a52a',
  '#8a4a6a',
  '#7a7f86',
  '#e8b0b8',
  '#202124',
  '#b8d0d8',
  '#6b4a34',
] as const

export function sheetCloth(random: Random, size = 32): Material {
  const folds = noise(fork(random))
  const first = paint(pick(random, CLOTHS))
  const second = chance(random, 0.4) ? paint(pick(random, CLOTHS)) : first
  const count = Math.round(between(random, 2, 8))
  const checks = chance(random, 0.5)
  return painted(size, size, (u, v) => {
    const odd = checks
      ? (Math.floor(u * count * 2) + Math.floor(v * count * 2)) % 2
      : Math.floor(u * count * 2) % 2
    return shaded(odd === 1 ? second : first, 0.92 + 0.2 * folds(u * 9, v * 4, 0))
  })
}

export function wood(random: Random): Material {
  const grain = noise(fork(random))
  const colour = shaded(
    paint(pick(random, ['#a8824f', '#8a6a42', '#c0a070', '#6b4f34', '#b8b0a0'])),
    between(random, 0.8, 1.1),
  )
  return painted(16, 32, (u, v) => shaded(colour, 0.95 + 0.2 * grain(u * 10, v * 2, 0)))
}

/** Spread on the ground, not quite flat. */
export function bumpy(random: Random, width: number, depth: number, height: number): Shape {
  const bumps = noise(fork(random))
  const rows = Array.from({ length: 6 }, (_, r) =>
    Array.from({ length: 7 }, (_, c): Vector => {
      const [x, z] = [(c / 6 - 0.5) * width, (r / 5 - 0.5) * depth]
      return [
        x + bumps(c, r, 1) * 0.04,
        0.008 + Math.max(0, bumps(c * 1.3, r * 1.3, 4)) * height,
        z + bumps(c, r, 8) * 0.04,
      ]
    }),
  )
  return grid(rows)
}

export function wheelAt(at: Vector, radius: number, spoked = false): Piece {
  const half = spoked ? 0.03 : 0.025
  const tyre = lathe(
    [
      [radius * 0.55, -half * 0.6],
      [radius, -half],
      [radius, -half],
      [radius, half],
      [radius, half],
      [radius * 0.55, half * 0.6],
    ],
    14,
  )
  // Its axle runs along z.
  return [RUBBER, put(tyre, at, 0, Math.PI / 2)]
}

/** A bulb on a wire: it glows. */
export function lamp(at: Vector): Piece[] {
  return [
    [steel, stick(at, [at[0], at[1] + 0.6, at[2]], 0.008, 4)],
    [
      { colour: [1, 0.95, 0.8], glow: [1, 0.9, 0.65] },
      put(
        lathe(
          [
            [0, -0.05],
            [0.045, 0],
            [0.03, 0.05],
            [0, 0.06],
          ],
          8,
        ),
        [at[0], at[1] + 0.6, at[2]],
      ),
    ],
  ]
}

const SIGNS = [
  ['#c8202a', '#f7e04a'],
  ['#f2f0e8', '#c8202a'],
  ['#f2d22a', '#c8202a'],
  ['#1f4fa0', '#f4f4f0'],
  ['#2a7a3a', '#f4f4f0'],
  ['#f2f0e8', '#1a1a1c'],
] as const

/** A board with strokes on it like writing seen from afar. */
export function sign(random: Random, at: Vector, width: number): Piece[] {
  const [ground, ink] = pick(random, SIGNS)
  const [back, front] = [paint(ground), paint(ink)]
  const strokes = noise(fork(random))
  const count = Math.round(between(random, 2, 6))
  const material = painted(64, 24, (u, v) => {
    const cell = u * count - Math.floor(u * count)
    const inside = v > 0.2 && v < 0.8 && cell > 0.12 && cell < 0.88
    return inside && Math.abs(strokes(u * count * 4, v * 5, 0)) < 0.22 ? front : back
  })
  const board = box(width, width * between(random, 0.2, 0.4), 0.02)
  return [[material, put(board, at)]]
}
