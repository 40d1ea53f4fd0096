import { blob } from '../making/blob.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { grid } from '../making/grid.ts'
import { lathe } from '../making/lathe.ts'
import { noise } from '../making/noise.ts'
import { paint, shaded } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { bothSides, type Shape } from '../making/shape.ts'
import type { Vector } from '../making/vector.ts'

const PAPERS = [
  '#f0efe9',
  '#e6e3da',
  '#d8d6cf',
  '#f4f2ec',
  '#e9d9a8',
  '#d8dfe6',
  '#c9b08a',
  '#d05a4a',
  '#5a8fc0',
] as const
const PLASTICS = [
  '#e9ecec',
  '#dfe6ea',
  '#c8d8e4',
  '#d94f4a',
  '#3f8f5a',
  '#f2d24a',
  '#101214',
  '#f0f0f0',
] as const

/** One thing that somebody let fall, lying somehow. */
export function scrap(random: Random): Piece {
  const kind = pick(random, [
    'paper',
    'paper',
    'sheet',
    'cup',
    'bottle',
    'food-box',
    'foil',
    'foil',
    'can',
    'peel',
  ] as const)
  const around = random() * 7
  const paperish = { colour: shaded(paint(pick(random, PAPERS)), between(random, 0.75, 1)) }
  switch (kind) {
    case 'paper':
      return [paperish, crumpled(random, between(random, 0.03, 0.09))]
    case 'sheet':
      return [
        paperish,
        put(
          rumpled(random, between(random, 0.1, 0.32), between(random, 0.1, 0.24), 0.025),
          [0, 0.012, 0],
          around,
        ),
      ]
    case 'foil':
      return [
        { colour: paint(pick(random, PLASTICS)), gloss: 0.6 },
        put(
          rumpled(random, between(random, 0.15, 0.4), between(random, 0.12, 0.3), 0.09),
          [0, 0.045, 0],
          around,
        ),
      ]
    case 'cup':
      return [
        { colour: paint(pick(random, ['#f2f0ea', '#e8e0d0', '#b8d8c0', '#c8a070'])) },
        lying(
          random,
          lathe(
            [
              [0, 0],
              [0.028, 0],
              [0.028, 0],
              [0.04, 0.12],
              [0.036, 0.12],
              [0, 0.08],
            ],
            8,
          ),
          0.04,
        ),
      ]
    case 'bottle':
      return [
        { colour: paint(pick(random, ['#b8d0d8', '#9cc0c8', '#6fa878', '#c87838', '#d0dce0'])), gloss: 0.8 },
        lying(random, bottle(), 0.032),
      ]
    case 'can':
      return [
        { colour: paint(pick(random, ['#c02028', '#d8d8d8', '#2a6fc0', '#2f8f4a'])), gloss: 0.7 },
        lying(
          random,
          lathe(
            [
              [0, 0],
              [0.032, 0],
              [0.032, 0],
              [0.032, 0.12],
              [0.032, 0.12],
              [0, 0.12],
            ],
            8,
          ),
          0.032,
        ),
      ]
    case 'food-box':
      return [
        { colour: paint(pick(random, ['#f2f2ee', '#f2f2ee', '#1c1c1e', '#e0c898'])), gloss: 0.2 },
        put(
          box(between(random, 0.13, 0.22), between(random, 0.04, 0.08), between(random, 0.1, 0.16), 1.12),
          [0, 0, 0],
          around,
          chance(random, 0.3) ? 0.5 : 0,
        ),
      ]
    case 'peel':
      return [
        { colour: paint(pick(random, ['#7a8f3a', '#a8b858', '#c88a3a', '#5c6b2c', '#8a5a34'])) },
        crumpled(random, between(random, 0.04, 0.1)),
      ]
  }
}

export function bottle(): Shape {
  return lathe(
    [
      [0, 0],
      [0.03, 0],
      [0.032, 0.02],
      [0.032, 0.13],
      [0.014, 0.18],
      [0.013, 0.205],
      [0, 0.21],
    ],
    8,
  )
}

export function crumpled(random: Random, radius: number): Shape {
  const dents = noise(fork(random))
  const shape = blob(
    [radius, radius * between(random, 0.4, 0.9), radius * between(random, 0.7, 1)],
    (x, y, z) => 1 + 0.5 * dents(x * 3, y * 3, z * 3),
    { rows: 4, sides: 6 },
  )
  const low = Math.min(...shape.positions.filter((_, i) => i % 3 === 1))
  return put(shape, [0, -low, 0], random() * 7)
}

/** A sheet that does not lie flat. */
function rumpled(random: Random, width: number, depth: number, height: number): Shape {
  const folds = noise(fork(random))
  const count = 5
  const rows = Array.from({ length: count }, (_, r) =>
    Array.from({ length: count }, (_, c): Vector => {
      const [x, z] = [(c / (count - 1) - 0.5) * width, (r / (count - 1) - 0.5) * depth]
      const at = [
        x + folds(c * 2.3, r * 2.3, 1) * width * 0.14,
        folds(c * 1.7, r * 1.7, 5) * height,
        z + folds(r * 2.1, c * 2.1, 9) * depth * 0.14,
      ] as const
      return at
    }),
  )
  return bothSides(grid(rows))
}

function lying(random: Random, shape: Shape, radius: number): Shape {
  return chance(random, 0.25) ? put(shape, [0, 0, 0]) : put(shape, [0, radius, 0], random() * 7, Math.PI / 2)
}

/** So many scraps, denser in the middle. */
export function litter(random: Random, size: number, count: number): Piece[] {
  return Array.from({ length: count }, (): Piece => {
    const [material, shape] = scrap(random)
    const far = (size / 2) * random() ** 0.7
    const angle = random() * 2 * Math.PI
    return [material, put(shape, [Math.cos(angle) * far, 0, Math.sin(angle) * far])]
  })
}
