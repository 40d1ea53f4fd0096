import type { Material } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { paint } from '../making/paint.ts'
import { type Piece, put, putAll } from '../making/piece.ts'
import { closedBox } from '../garbage/cardboard.ts'
import { lettered } from './lettered.ts'
import type { Ridden } from './two-wheeler.ts'

const RUBBER: Material = { colour: paint('#131314') }
const STEEL: Material = { colour: [0.3, 0.31, 0.33], gloss: 0.6 }

/** Three wheels, with a closed box for parcels or an open bed. */
export function cargoTricycle(random: Random): Ridden {
  const coat: Material = {
    colour: paint(
      pick(random, ['#2f62b0', '#b8262c', '#3f7a44', '#8c9094', '#1f8fe6', '#e2a52a', '#e8e8e6']),
    ),
    gloss: 0.5,
  }
  const [width, long] = [between(random, 0.85, 1.0), between(random, 1.1, 1.5)]
  const wheel = lathe(
    [
      [0, -0.05],
      [0.15, -0.06],
      [0.24, -0.05],
      [0.24, 0.05],
      [0.15, 0.06],
      [0, 0.05],
    ],
    14,
  )
  const at = (x: number, z: number): Piece => [RUBBER, put(wheel, [x, 0.24, z], 0, 0, Math.PI / 2)]
  const middle = 0.35 + long / 2
  const closed = chance(random, 0.55)
  const wall = (w: number, d: number, x: number, z: number): Piece => [
    coat,
    put(box(w, 0.3, d), [x, 0.45, middle + z]),
  ]
  const load: Piece[] = closed
    ? [[lettered(random, coat.colour), put(box(width, between(random, 0.85, 1.15), long), [0, 0.45, middle])]]
    : [
        wall(0.03, long, width / 2, 0),
        wall(0.03, long, -width / 2, 0),
        wall(width, 0.03, 0, long / 2),
        wall(width, 0.03, 0, -long / 2),
        ...parcels(random, width, long, middle),
      ]
  const still: Piece[] = [
    at(0, -0.95),
    at(width / 2 - 0.02, middle + long * 0.2),
    at(-width / 2 + 0.02, middle + long * 0.2),
    [coat, put(box(width, 0.06, long), [0, 0.4, middle])],
    [coat, put(box(0.5, 0.1, 1.0), [0, 0.3, -0.25])],
    [coat, put(box(0.46, 0.55, 0.1, 0.7), [0, 0.4, -0.68], 0, -0.2)],
    [STEEL, stick([0, 0.24, -0.95], [0, 1.0, -0.6], 0.035, 5)],
    [STEEL, stick([-0.34, 1.02, -0.5], [0.34, 1.02, -0.5], 0.02, 5)],
    [{ colour: paint('#1a1a1b') }, put(box(0.42, 0.12, 0.36), [0, 0.66, 0.08])],
    [coat, put(box(0.36, 0.3, 0.3), [0, 0.38, 0.1])],
    ...load,
  ]
  return {
    length: 1.6 + long,
    pieces: (lights) => [
      ...still,
      [
        { colour: [0.8, 0.8, 0.76], gloss: 0.9, ...(lights ? { glow: [1.5, 1.4, 1.2] as const } : {}) },
        put(box(0.16, 0.12, 0.06), [0, 0.86, -0.72]),
      ],
    ],
    mount: () => ({
      seat: [0, 0.76, 0.06],
      grips: [
        [0.3, 1.02, -0.46],
        [-0.3, 1.02, -0.46],
      ],
      feet: [
        [0.15, 0.4, -0.4],
        [-0.15, 0.4, -0.4],
      ],
    }),
  }
}

function parcels(random: Random, width: number, long: number, middle: number): Piece[] {
  return Array.from({ length: Math.floor(between(random, 0, 7)) }, () =>
    putAll(
      closedBox(random, between(random, 0.25, 0.45), between(random, 0.2, 0.5), between(random, 0.25, 0.4)),
      [between(random, -0.3, 0.3) * width, 0.46, middle + between(random, -0.35, 0.35) * long],
      between(random, -0.3, 0.3),
    ),
  ).flat()
}
