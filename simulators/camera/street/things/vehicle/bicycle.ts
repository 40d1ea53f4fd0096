import type { Material } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { chance, pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { paint, painted } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { bothSides, type Shape } from '../making/shape.ts'
import type { Vector } from '../making/vector.ts'
import type { Ridden } from './two-wheeler.ts'

const RUBBER: Material = { colour: paint('#141415') }
const CHROME: Material = { colour: [0.45, 0.46, 0.48], gloss: 0.8 }
/** Shared ones: yellow, blue, green, orange; and others. */
const FRAMES = [
  '#f2c01f',
  '#f2c01f',
  '#2a8fe0',
  '#2a8fe0',
  '#2fb06a',
  '#e8762a',
  '#1a1a1c',
  '#b8262c',
  '#8c9094',
  '#e8e8e6',
  '#24406f',
] as const

export function bicycle(random: Random, size: number): Ridden {
  const frame: Material = { colour: paint(pick(random, FRAMES)), gloss: 0.6 }
  const radius = 0.31 * size
  const at = (y: number, z: number, x = 0): Vector => [x, y * size, z * size]
  const bar = (a: Vector, b: Vector, thick = 0.018): Piece => [frame, stick(a, b, thick, 5)]
  const [hub, crank, head, saddle] = [at(0.31, -0.53), at(0.29, 0.05), at(0.78, -0.36), at(0.86, 0.22)]
  const back = at(0.31, 0.5)
  const still: Piece[] = [
    ...tyre(radius, hub),
    ...tyre(radius, back),
    bar(head, hub),
    bar(head, crank, 0.024),
    bar(crank, at(0.76, 0.19)),
    bar(crank, back, 0.012),
    bar(at(0.7, 0.17), back, 0.012),
    ...(chance(random, 0.5) ? [bar(at(0.7, -0.37), at(0.68, 0.16))] : []),
    [CHROME, stick(head, at(0.98, -0.32), 0.014, 4)],
    [CHROME, stick(at(1.0, -0.24, 0.27), at(0.99, -0.36, 0.05), 0.013, 4)],
    [CHROME, stick(at(1.0, -0.24, -0.27), at(0.99, -0.36, -0.05), 0.013, 4)],
    [RUBBER, put(box(0.16, 0.06, 0.26, 0.8), saddle)],
    [frame, put(box(0.05, 0.015, 0.4), at(0.64, 0.52))],
    ...(chance(random, 0.6) ? [basket(at(0.72, -0.62))] : []),
  ]
  const pedal = (phase: number): Vector =>
    at(0.29 + 0.15 * Math.cos(phase * 2 * Math.PI), 0.05 - 0.15 * Math.sin(phase * 2 * Math.PI))
  return {
    length: 1.7 * size,
    pieces(_lights, phase) {
      const cranks = [0, 0.5].flatMap((later, i): Piece[] => {
        const end = pedal(phase + later)
        const x = i === 0 ? 0.09 : -0.09
        return [
          [CHROME, stick([x, crank[1], crank[2]], [x, end[1], end[2]], 0.012, 4)],
          [RUBBER, put(box(0.09, 0.02, 0.06), [x * 1.4, end[1], end[2]])],
        ]
      })
      return [...still, ...cranks]
    },
    mount(phase) {
      const [a, b] = [pedal(phase), pedal(phase + 0.5)]
      return {
        seat: at(0.9, 0.2),
        grips: [at(1.0, -0.27, 0.26), at(1.0, -0.27, -0.26)],
        feet: [
          [0.12, a[1], a[2]],
          [-0.12, b[1], b[2]],
        ],
      }
    },
  }
}

/** A thin tyre with its spokes as a see-through disc. */
export function tyre(radius: number, at: Vector, thick = 0.022): Piece[] {
  const ring = lathe(
    [
      [radius - thick * 2, -thick * 0.6],
      [radius, -thick],
      [radius, thick],
      [radius - thick * 2, thick * 0.6],
      [radius - thick * 2, -thick * 0.6],
    ],
    18,
  )
  return [
    [RUBBER, put(ring, at, 0, 0, Math.PI / 2)],
    [SPOKES, put(disc(radius - thick), at, 0, 0, Math.PI / 2)],
  ]
}

function disc(radius: number): Shape {
  return bothSides(
    lathe(
      [
        [radius, 0],
        [0.01, 0.001],
      ],
      18,
      { wide: 14 },
    ),
  )
}

const SPOKES = painted(16, 4, (u) => (u < 0.12 ? [0.3, 0.31, 0.33] : undefined))

function basket(at: Vector): Piece {
  return [{ colour: paint('#2c2d30') }, put(box(0.34, 0.24, 0.26, 1.2), at)]
}
