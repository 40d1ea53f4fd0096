import type { Material } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { loft, type Ring, stick } from '../making/loft.ts'
import { paint } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { lettered } from './lettered.ts'
import type { Ridden } from './two-wheeler.ts'

const RUBBER: Material = { colour: paint('#131314') }
const SEAT: Material = { colour: paint('#1a1a1b'), gloss: 0.3 }
const STEEL: Material = { colour: [0.3, 0.31, 0.33], gloss: 0.7 }
const PAINTS = [
  '#f2f2f0',
  '#1a1b1d',
  '#b8262c',
  '#2a5fb0',
  '#8c9094',
  '#d8a0a8',
  '#7ab0a0',
  '#e2c23a',
  '#3a3d42',
  '#5a7a4a',
  '#c87a3a',
] as const
const BOXES = ['#f7c600', '#1f8fe6', '#2a2b2e', '#d8dadc', '#f7c600', '#1f8fe6'] as const

/** An electric scooter as couriers and families ride them. */
export function moped(random: Random): Ridden {
  const coat: Material = { colour: paint(pick(random, PAINTS)), gloss: 0.7 }
  const size = between(random, 0.92, 1.05)
  const [front, back, radius] = [-0.6 * size, 0.55 * size, 0.22 * size]
  const ring = (y: number, z: number, half: number, high: number): Ring => ({
    at: [0, y * size, z * size],
    side: [half * size, 0, 0],
    front: [0, high * size, 0],
  })
  const tail = loft(
    [
      ring(0.5, 0.05, 0.1, 0.16),
      ring(0.56, 0.16, 0.15, 0.15),
      ring(0.6, 0.45, 0.15, 0.12),
      ring(0.66, 0.8, 0.06, 0.05),
    ],
    { sides: 8, square: 3 },
  )
  const shield = loft(
    [
      ring(0.36, -0.4, 0.16, 0.06),
      ring(0.55, -0.46, 0.19, 0.2),
      ring(0.85, -0.5, 0.12, 0.12),
      ring(0.92, -0.52, 0.08, 0.05),
    ],
    { sides: 8, square: 3 },
  )
  const seat = loft(
    [
      ring(0.72, 0.1, 0.1, 0.03),
      ring(0.74, 0.2, 0.13, 0.05),
      ring(0.77, 0.6, 0.12, 0.05),
      ring(0.78, 0.75, 0.07, 0.03),
    ],
    { sides: 8, square: 3 },
  )
  const wheel = lathe(
    [
      [0, -0.04],
      [radius * 0.65, -0.05],
      [radius, -0.045],
      [radius, 0.045],
      [radius * 0.65, 0.05],
      [0, 0.04],
    ],
    14,
  )
  const still: Piece[] = [
    [RUBBER, put(wheel, [0, radius, front], 0, 0, Math.PI / 2)],
    [RUBBER, put(wheel, [0, radius, back], 0, 0, Math.PI / 2)],
    [coat, tail],
    [coat, shield],
    [SEAT, seat],
    [coat, put(box(0.26 * size, 0.1, 0.5 * size), [0, 0.26 * size, -0.16 * size])],
    [coat, put(box(0.13, 0.06, 0.34), [0, radius * 2 - 0.02, front])],
    [STEEL, stick([0, 0.85 * size, -0.48 * size], [0, radius, front], 0.03, 5)],
    [SEAT, stick([0.33 * size, 1.0 * size, -0.36 * size], [0, 0.96 * size, -0.46 * size], 0.02, 5)],
    [SEAT, stick([-0.33 * size, 1.0 * size, -0.36 * size], [0, 0.96 * size, -0.46 * size], 0.02, 5)],
    [STEEL, stick([0, 0.3, back], [0, 0.5 * size, 0.4 * size], 0.05, 5)],
    ...mirrors(size),
    ...(chance(random, 0.35) ? [courierBox(random, size)] : []),
    ...(chance(random, 0.3) ? windscreen(random, size) : []),
  ]
  return {
    length: 1.75 * size,
    pieces: (lights) => [
      ...still,
      lamp(size, -0.56, [0.8, 0.8, 0.76], lights ? [1.5, 1.45, 1.3] : undefined),
      lamp(size, 0.82, [0.4, 0.02, 0.02], lights ? [0.6, 0.03, 0.03] : undefined),
    ],
    mount: () => ({
      seat: [0, 0.78 * size, 0.3 * size],
      grips: [
        [0.3 * size, 1.0 * size, -0.33 * size],
        [-0.3 * size, 1.0 * size, -0.33 * size],
      ],
      feet: [
        [0.11, 0.35 * size, -0.12 * size],
        [-0.11, 0.35 * size, -0.12 * size],
      ],
    }),
  }
}

function lamp(
  size: number,
  z: number,
  colour: readonly [number, number, number],
  glow: readonly [number, number, number] | undefined,
): Piece {
  const material: Material = { colour, gloss: 0.9, ...(glow ? { glow } : {}) }
  return [material, put(box(0.14, 0.1, 0.06), [0, (z < 0 ? 0.8 : 0.6) * size, z * size])]
}

function mirrors(size: number): Piece[] {
  return [1, -1].flatMap((hand): Piece[] => [
    [
      SEAT,
      stick(
        [hand * 0.24 * size, 1.0 * size, -0.4 * size],
        [hand * 0.34 * size, 1.16 * size, -0.42 * size],
        0.008,
        4,
      ),
    ],
    [SEAT, put(box(0.12, 0.08, 0.02), [hand * 0.36 * size, 1.15 * size, -0.42 * size])],
  ])
}

function courierBox(random: Random, size: number): Piece {
  return [
    lettered(random, paint(pick(random, BOXES))),
    put(box(0.46, 0.44, 0.46), [0, 0.82 * size, 0.72 * size]),
  ]
}

/** A quilt before the knees in winter, or a pane. */
function windscreen(random: Random, size: number): Piece[] {
  const quilt: Material = {
    colour: paint(pick(random, ['#24304a', '#5a2a34', '#3a3a3c', '#8a4a5a', '#2a5a5a'])),
  }
  return [[quilt, put(box(0.62, 0.66, 0.05, 0.85), [0, 0.36 * size, -0.62 * size], 0, -0.15)]]
}
