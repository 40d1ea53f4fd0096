import type { Material } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { noise } from '../making/noise.ts'
import { blended, paint, painted, shaded } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { grid } from '../making/grid.ts'
import { bothSides, joined, type Shape } from '../making/shape.ts'

const BOARDS = ['#b08a5c', '#a47c4e', '#c19c6e', '#94704a', '#b89468', '#d9d2c4'] as const

/** Brown, with tape, print or stains. */
export function board(random: Random): Material {
  const colour = shaded(paint(pick(random, BOARDS)), between(random, 0.75, 1.1))
  const stains = noise(fork(random))
  const print = paint(pick(random, ['#3a2c20', '#8c2f2b', '#24457f', '#3a2c20', '#2f6b3a']))
  const [left, top] = [between(random, 0.1, 0.4), between(random, 0.2, 0.5)]
  const printed = chance(random, 0.6)
  return painted(32, 32, (u, v) => {
    const ink =
      printed && u > left && u < left + 0.4 && v > top && v < top + 0.25 && stains(u * 40, v * 40, 2) > -0.15
    const tape = Math.abs(u - 0.5) < 0.05 && v < 0.3
    const base = ink ? blended(colour, print, 0.75) : tape ? blended(colour, [0.8, 0.7, 0.5], 0.5) : colour
    return shaded(base, 0.92 + 0.14 * stains(u * 5, v * 5, 0))
  })
}

/** Open, its flaps every way, as it was left. */
export function openBox(random: Random, width: number, height: number, depth: number): Piece[] {
  const material = board(random)
  const wall = (w: number, h: number, x: number, z: number, turned: number) =>
    put(panel(w, h), [x, 0, z], turned)
  const flap = (w: number, x: number, z: number, turned: number) =>
    put(panel(w, height * between(random, 0.3, 0.5)), [x, height, z], turned, between(random, 0.3, 2.6))
  const [half, deep] = [width / 2, depth / 2]
  const sides = [
    wall(width, height, 0, -deep, 0),
    wall(width, height, 0, deep, Math.PI),
    wall(depth, height, half, 0, Math.PI / 2),
    wall(depth, height, -half, 0, -Math.PI / 2),
    flap(width, 0, -deep, 0),
    flap(width, 0, deep, Math.PI),
    flap(depth, half, 0, Math.PI / 2),
    flap(depth, -half, 0, -Math.PI / 2),
    put(box(width, 0.005, depth), [0, 0, 0]),
  ]
  return [[material, joined(...sides)]]
}

export function closedBox(random: Random, width: number, height: number, depth: number): Piece[] {
  return [[board(random), box(width, height, depth)]]
}

/** Pressed together: its walls bulge and lean. */
export function crushedBox(random: Random, width: number, height: number, depth: number): Piece[] {
  const bends = noise(fork(random))
  const shape = box(width, height, depth, between(random, 0.8, 1.1))
  const lean = between(random, -0.5, 0.5)
  const p = shape.positions
  for (let i = 0; i < p.length; i += 3) {
    const [x = 0, y = 0, z = 0] = [p[i], p[i + 1], p[i + 2]]
    p[i] = x + lean * y + 0.12 * width * bends(x * 9, y * 9, z * 9)
    p[i + 1] = y * (1 + 0.45 * bends(x * 7, 3, z * 7))
    p[i + 2] = z + 0.12 * depth * bends(z * 9, x * 9, 7)
  }
  return [[board(random), shape]]
}

/** Flattened, a few on one another. */
export function flatBoards(random: Random, width: number, depth: number, count: number): Piece[] {
  return Array.from({ length: count }, (_, i): Piece => {
    const sheet = box(width * between(random, 0.7, 1.1), 0.012, depth * between(random, 0.7, 1.1))
    return [
      board(random),
      put(
        sheet,
        [between(random, -0.08, 0.08), i * 0.02, between(random, -0.08, 0.08)],
        between(random, -0.4, 0.4),
        0.02,
      ),
    ]
  })
}

function panel(width: number, height: number): Shape {
  return bothSides(
    grid([
      [
        [-width / 2, 0, 0],
        [width / 2, 0, 0],
      ],
      [
        [-width / 2, height, 0],
        [width / 2, height, 0],
      ],
    ]),
  )
}
