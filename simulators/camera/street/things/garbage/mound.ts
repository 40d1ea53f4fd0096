import type { Colour, Material } from '../../engine/mesh.ts'
import { blob } from '../making/blob.ts'
import { between, fork, pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { noise } from '../making/noise.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { scrap } from './litter.ts'

const HOUSEHOLD = [
  '#e8e6e0',
  '#101114',
  '#c8ccd0',
  '#6b5a42',
  '#2a5fa0',
  '#b8382f',
  '#3f7a44',
  '#d8b84a',
  '#8a8478',
  '#f0efe9',
  '#4a4038',
  '#9ab0bc',
] as const
const MARKET = [
  '#4a7a2e',
  '#6b8f3a',
  '#8fb04a',
  '#3a5a24',
  '#c8c8a0',
  '#7a5a34',
  '#b8783a',
  '#d8d4c4',
  '#5a4a2c',
] as const

/** Thrown on one pile: of a household, or what a market leaves behind. */
export function mound(random: Random, size: number): Piece[] {
  const lumps = noise(fork(random))
  const colours = pick(random, [HOUSEHOLD, HOUSEHOLD, MARKET]).map(paint)
  const height = Math.min(0.5, size * between(random, 0.12, 0.28))
  const pile = blob(
    [size * 0.42, height, size * between(random, 0.3, 0.42)],
    (x, y, z) => 1 + 0.3 * lumps(x * 2, y * 2, z * 2) + 0.22 * lumps(x * 6, y * 6, z * 6),
    { rows: 12, sides: 20, wide: 2 },
  )
  for (let i = 1; i < pile.positions.length; i += 3) pile.positions[i] = Math.max(0, pile.positions[i] ?? 0)
  const pieces: Piece[] = [[patchwork(random, colours), pile]]
  const count = Math.round(8 + size * 10)
  for (let i = 0; i < count; i++) {
    const [material, shape] = scrap(random)
    const [far, angle] = [random() ** 0.8, random() * 2 * Math.PI]
    const lift = far < 0.75 ? height * Math.sqrt(1 - (far / 0.85) ** 2) * 0.95 : 0
    pieces.push([
      material,
      put(
        shape,
        [Math.cos(angle) * far * size * 0.48, lift, Math.sin(angle) * far * size * 0.44],
        0,
        between(random, -0.4, 0.4),
      ),
    ])
  }
  return pieces
}

/** Patches of whatever lies on top of one another, each nearest to a point of its own. */
function patchwork(random: Random, colours: readonly Colour[]): Material {
  const points = Array.from({ length: 70 }, () => ({
    u: random(),
    v: random(),
    colour: shaded(pick(random, colours), between(random, 0.5, 1.1)),
  }))
  const dents = noise(fork(random))
  return painted(
    64,
    32,
    (u, v) => {
      let [near, next] = [Infinity, Infinity]
      let colour: Colour = [0, 0, 0]
      for (const point of points) {
        const across = Math.abs(u - point.u)
        const far = (Math.min(across, 1 - across) * 2) ** 2 + (v - point.v) ** 2
        if (far < near) {
          next = near
          near = far
          colour = point.colour
        } else if (far < next) next = far
      }
      const gap = Math.min(1, (Math.sqrt(next) - Math.sqrt(near)) * 25)
      return shaded(colour, (0.35 + 0.65 * gap) * (0.85 + 0.3 * dents(u * 30, v * 20, 0)))
    },
    0.25,
  )
}

/** Empty ones, hundreds as it seems. */
export function bottles(random: Random, size: number): Piece[] {
  const plastics = ['#c8dce0', '#b0ccd4', '#d8e4e6', '#5fa070', '#9cc0c8', '#c8303a', '#e6e8e6'].map(
    (hex): Material => ({ colour: paint(hex), gloss: 0.8 }),
  )
  const shape = lathe(
    [
      [0, 0],
      [0.034, 0.01],
      [0.034, 0.14],
      [0.013, 0.2],
      [0, 0.22],
    ],
    6,
  )
  const wide = Math.min(size, 1.15)
  const count = Math.min(64, Math.round(14 + wide * wide * 44))
  return Array.from({ length: count }, (): Piece => {
    const [far, angle] = [Math.sqrt(random()), random() * 2 * Math.PI]
    const lift = Math.max(0, 1 - far) * wide * 0.35 * random() + 0.034
    return [
      pick(random, plastics),
      put(
        shape,
        [Math.cos(angle) * far * wide * 0.42, lift, Math.sin(angle) * far * wide * 0.42],
        random() * 7,
        Math.PI / 2 + between(random, -0.3, 0.3),
      ),
    ]
  })
}
