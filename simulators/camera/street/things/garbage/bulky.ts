import type { Material } from '../../engine/mesh.ts'
import { blob } from '../making/blob.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { noise } from '../making/noise.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import { grounded, type Piece, put } from '../making/piece.ts'

/** Broken stone, bricks and boards in a heap. */
export function rubble(random: Random, size: number): Piece[] {
  const stone = rough(random, pick(random, ['#9a958c', '#8a857c', '#a89c8c']))
  const brick = rough(random, pick(random, ['#9a5844', '#a8644c', '#86493a']))
  const wood = rough(random, pick(random, ['#a8824f', '#8a6a42', '#c0a070']))
  const pieces: Piece[] = []
  const count = Math.round(14 + size * 14)
  for (let i = 0; i < count; i++) {
    const far = (size / 2) * random() ** 0.6
    const angle = random() * 2 * Math.PI
    const lift = Math.max(0, (size / 2 - far) * 0.5) * random()
    const at = [Math.cos(angle) * far, lift, Math.sin(angle) * far] as const
    const chunk = between(random, 0.05, 0.16)
    if (chance(random, 0.35))
      pieces.push([
        brick,
        put(box(0.24, 0.06, 0.115), at, random() * 7, between(random, -0.5, 0.5), between(random, -0.4, 0.4)),
      ])
    else pieces.push([stone, put(jagged(random, chunk), at, random() * 7)])
  }
  for (let i = 0; i < 2 + random() * 4; i++) {
    const board = box(between(random, 0.08, 0.16), 0.025, size * between(random, 0.6, 1.1))
    pieces.push([
      wood,
      put(
        board,
        [between(random, -0.2, 0.2) * size, 0.12 + size * 0.1, between(random, -0.2, 0.2) * size],
        random() * 7,
        between(random, -0.25, 0.25),
      ),
    ])
  }
  return grounded(pieces)
}

function jagged(random: Random, radius: number) {
  const edges = noise(fork(random))
  return blob([radius, radius * 0.7, radius * 0.9], (x, y, z) => 1 + 0.5 * edges(x * 2, y * 2, z * 2), {
    rows: 3,
    sides: 5,
  })
}

function rough(random: Random, hex: string, deep = 0.25): Material {
  const grain = noise(fork(random))
  const colour = shaded(paint(hex), between(random, 0.8, 1.15))
  return painted(24, 24, (u, v) => shaded(colour, 1 + deep * grain(u * 12, v * 12, 0)))
}

/** White boxes and plates that packed something. */
export function foam(random: Random, size: number): Piece[] {
  const white: Material = rough(random, '#e4e6e4', 0.05)
  return Array.from({ length: Math.round(between(random, 3, 7)) }, (_, i): Piece => {
    const shape = box(between(random, 0.25, 0.55), between(random, 0.06, 0.32), between(random, 0.2, 0.45))
    return [
      white,
      put(
        shape,
        [between(random, -0.35, 0.35) * size, i > 3 ? 0.25 : 0, between(random, -0.35, 0.35) * size],
        random() * 7,
        i > 2 ? between(random, -0.3, 0.3) : 0,
      ),
    ]
  })
}

/** What does not fit into a bin: a sofa, a mattress, a cupboard, chairs. */
export function furniture(random: Random): Piece[] {
  const kind = pick(random, ['sofa', 'mattress', 'cupboard', 'chair'] as const)
  const cloth = rough(
    random,
    pick(random, ['#6b4a3a', '#8a8478', '#4a5a6a', '#7a2f2f', '#a8987a', '#3a3a3c']),
    0.1,
  )
  const wood = rough(random, pick(random, ['#8a6238', '#6b4a2c', '#b08a58', '#d8d2c4']), 0.12)
  switch (kind) {
    case 'sofa': {
      const wide = between(random, 1.1, 1.9)
      const arm = (x: number): Piece => [cloth, put(box(0.2, 0.58, 0.8), [x, 0, 0])]
      return tipped(random, [
        [cloth, put(box(wide, 0.42, 0.8), [0, 0, 0])],
        [cloth, put(box(wide, 0.5, 0.2), [0, 0.36, 0.32], 0, -0.15)],
        arm(-wide / 2),
        arm(wide / 2),
      ])
    }
    case 'mattress':
      return grounded([
        [
          cloth,
          put(
            box(between(random, 0.9, 1.5), 0.18, 1.9),
            [0, 0, 0],
            random() * 7,
            chance(random, 0.5) ? between(random, 0.9, 1.3) : 0,
          ),
        ],
      ])
    case 'cupboard':
      return tipped(random, [
        [wood, box(between(random, 0.5, 0.9), between(random, 0.7, 1.5), 0.45)],
        [cloth, put(box(0.38, 0.02, 0.4), [0, 0.5, -0.25], 0, 1.2)],
      ])
    case 'chair': {
      const legs = [-0.18, 0.18].flatMap((x) =>
        [-0.18, 0.18].map((z): Piece => [wood, put(box(0.045, 0.45, 0.045), [x, 0, z])]),
      )
      return tipped(random, [
        ...legs,
        [cloth, put(box(0.44, 0.06, 0.44), [0, 0.43, 0])],
        [wood, put(box(0.42, 0.5, 0.04), [0, 0.46, 0.2], 0, -0.12)],
      ])
    }
  }
}

/** Upright, or fallen over. */
function tipped(random: Random, pieces: Piece[]): Piece[] {
  const [front, side] = chance(random, 0.45)
    ? [pick(random, [Math.PI / 2, -Math.PI / 2]), 0]
    : [0, chance(random, 0.2) ? Math.PI / 2 : 0]
  return grounded(pieces.map(([material, shape]) => [material, put(shape, [0, 0, 0], 0, front, side)]))
}
