import type { Material } from '../../engine/mesh.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { loft, ringAt } from '../making/loft.ts'
import { noise } from '../making/noise.ts'
import { blob } from '../making/blob.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import type { Piece } from '../making/piece.ts'

const FOILS = [
  '#101113',
  '#0c0d0f',
  '#17181a',
  '#101113',
  '#16181d',
  '#e4e6e6',
  '#d7dbe0',
  '#c9d8e6',
  '#c23a34',
  '#d9b832',
  '#2f6f3f',
  '#2a5fa0',
  '#7fa8c8',
  '#c98fa0',
  '#5a5c60',
] as const

/** Thin foil, crumpled and shiny. */
export function foil(random: Random, dark = chance(random, 0.5)): Material {
  const colour = paint(dark ? pick(random, ['#101113', '#0c0d0f', '#1a1b1e']) : pick(random, FOILS))
  const creases = noise(fork(random))
  const shine = dark ? 0.1 : 0.25
  // Each crease catches the sky: thin bright lines, towards the knot.
  return painted(
    48,
    32,
    (u, v) => {
      const ridge = 1 - Math.abs(creases(u * 22, v * 7, 0))
      const fine = 1 - Math.abs(creases(u * 30 + v * 6, v * 18, 4))
      const light = shine * (ridge ** 9 + 0.7 * fine ** 9)
      const base = shaded(colour, 0.6 + 0.5 * ridge)
      return [base[0] + light, base[1] + light, base[2] + light * 1.05]
    },
    0.75,
  )
}

/** Full, knotted at its top; about `size` wide. */
export function knottedBag(random: Random, size: number, material = foil(random)): Piece[] {
  const lumps = noise(fork(random))
  const [wide, tall, deep] = [
    size / 2,
    (size / 2) * between(random, 0.7, 1.1),
    (size / 2) * between(random, 0.75, 1),
  ]
  const lean = between(random, -0.3, 0.3)
  const neck = between(random, 0.25, 0.5)
  const shape = blob(
    [wide, tall, deep],
    (x, y, z) => {
      const pleats = 0.05 * Math.sin(Math.atan2(x, z) * 9) * Math.max(0, y)
      const drawn = y > 0.75 ? neck * (y - 0.75) : 0
      const flat = y < -0.6 ? 0.6 / -y : 1
      return (
        (1 + 0.22 * lumps(x * 1.6, y * 1.6, z * 1.6) + 0.1 * lumps(x * 4, y * 4, z * 4) + pleats + drawn) *
        flat
      )
    },
    { rows: 9, sides: 14 },
  )
  const knot = knotOf(random, size)
  const top = tall * (1 + 0.25 * neck)
  const moved = (values: number[]) => {
    for (let i = 0; i < values.length; i += 3) {
      const height = (values[i + 1] ?? 0) + tall * 0.6
      values[i + 1] = Math.max(0, height)
      values[i] = (values[i] ?? 0) + lean * height * 0.4
    }
  }
  moved(shape.positions)
  for (let i = 0; i < knot.positions.length; i += 3)
    knot.positions[i + 1] = (knot.positions[i + 1] ?? 0) + top * 0.93
  moved(knot.positions)
  return [
    [material, shape],
    [material, knot],
  ]
}

function knotOf(random: Random, size: number) {
  const tip = size * between(random, 0.1, 0.28)
  const out = between(random, -0.5, 0.5) * tip
  const wide = size * 0.05
  return loft(
    [
      ringAt([0, -size * 0.04, 0], [0, 1, 0], [1, 0, 0], wide * 1.6),
      ringAt([0, 0.02, 0], [0, 1, 0], [1, 0, 0], wide * 0.8),
      ringAt([out * 0.4, tip * 0.5, 0], [0, 1, 0], [1, 0, 0], wide * 1.3, wide * 0.5),
      ringAt([out, tip, 0], [0, 1, 0], [1, 0, 0], wide * 2, wide * 0.35),
    ],
    { sides: 6 },
  )
}
