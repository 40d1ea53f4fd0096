import type { Colour, Material, Thing } from '../engine/mesh.ts'
import { box } from './making/box.ts'
import { between, chance, pick, type Random } from './making/chance.ts'
import { lathe } from './making/lathe.ts'
import { loft, ringAt } from './making/loft.ts'
import { paint, painted, shaded } from './making/paint.ts'
import { partOf, type Piece, put, putAll } from './making/piece.ts'
import type { Shape } from './making/shape.ts'
import { knottedBag } from './garbage/bag.ts'
import { litter } from './garbage/litter.ts'

const KINDS = ['wheelie', 'wheelie', 'wheelie', 'twin', 'dumpster', 'round'] as const
export type BinKind = (typeof KINDS)[number]

/** 厨余 green, 可回收 blue, 其他 grey, 有害 red. */
const COLOURS = [
  '#2f7d3a',
  '#2f7d3a',
  '#2455a4',
  '#4a4d50',
  '#5a5d60',
  '#a8262a',
  '#3f8f4f',
  '#c9772a',
] as const

interface Body {
  readonly pieces: readonly Piece[]
  /** Where what does not fit lies: over the opening and before it. */
  readonly mouth: { readonly height: number; readonly width: number; readonly depth: number }
}

/** Full to `full`: from about 0.9 its lid stands open, and beyond 1 it overflows. */
export function bin(random: Random, full: number, kind: BinKind = pick(random, KINDS)): Thing {
  const open = full > 0.9 || chance(random, 0.12)
  const { pieces, mouth } = made(random, kind, open)
  const parts = [partOf('bin', pieces)]
  if (full > 1) parts.push(partOf('garbage', spill(random, mouth, full)))
  return { parts }
}

function made(random: Random, kind: BinKind, open: boolean): Body {
  switch (kind) {
    case 'wheelie':
      return wheelie(random, open)
    case 'twin':
      return twin(random)
    case 'dumpster':
      return dumpster(random, open)
    case 'round':
      return round(random)
  }
}

function spill(random: Random, mouth: Body['mouth'], full: number): Piece[] {
  const pieces: Piece[] = []
  const count = Math.round(1 + full * 2)
  for (let i = 0; i < count; i++) {
    const size = between(random, 0.35, 0.55)
    const x = between(random, -0.4, 0.4) * mouth.width
    if (i % 2 === 0)
      pieces.push(
        ...putAll(
          knottedBag(random, size),
          [x, mouth.height - size * 0.2, between(random, -0.2, 0.2) * mouth.depth],
          random() * 7,
        ),
      )
    else
      pieces.push(
        ...putAll(knottedBag(random, size), [x * 1.8, 0, -mouth.depth / 2 - size * 0.5], random() * 7),
      )
  }
  return [
    ...pieces,
    ...putAll(litter(random, mouth.width * 1.6, 6 + Math.round(full * 6)), [0, 0, -mouth.depth * 0.9]),
  ]
}

function plastic(colour: Colour): Material {
  const [left, top] = [0.36, 0.35]
  // A sign on its front, and dirt below.
  return painted(
    32,
    32,
    (u, v) => {
      const sign = u > left && u < left + 0.28 && v > top && v < top + 0.2
      return shaded(sign ? [0.8, 0.82, 0.8] : colour, sign ? 0.9 : 1 - 0.25 * Math.max(0, v - 0.6))
    },
    0.35,
  )
}

function wheelie(random: Random, open: boolean): Body {
  const colour = shaded(paint(pick(random, COLOURS)), between(random, 0.7, 1.15))
  const material = plastic(colour)
  const plain: Material = { colour: shaded(colour, between(random, 0.8, 1.1)), gloss: 0.35 }
  const dark: Material = { colour: paint('#151617') }
  const [width, height, depth] = [0.58, between(random, 0.92, 1.0), 0.68]
  const ring = (y: number, w: number, d: number) =>
    ringAt([0, y, 0], [0, 1, 0], [1, 0, 0], (w / 2) * 1.03, (d / 2) * 1.03)
  const body = loft(
    [
      ring(0.06, width * 0.75, depth * 0.72),
      ring(0.06, width * 0.75, depth * 0.72),
      ring(height * 0.9, width * 0.97, depth * 0.95),
      ring(height * 0.9, width * 1.06, depth * 1.04),
      ring(height, width * 1.06, depth * 1.04),
    ],
    { sides: 12, square: 8 },
  )
  const lid: Shape = loft(
    [
      ring(0, width * 1.1, depth * 1.1),
      ring(0.03, width * 1.12, depth * 1.12),
      ring(0.075, width * 0.9, depth * 0.9),
    ],
    { sides: 12, square: 6 },
  )
  const wheel = (x: number): Piece => [
    dark,
    put(
      lathe(
        [
          [0, -0.03],
          [0.1, -0.03],
          [0.1, -0.03],
          [0.1, 0.03],
          [0.1, 0.03],
          [0, 0.03],
        ],
        10,
      ),
      [x, 0.1, depth * 0.36],
      0,
      0,
      Math.PI / 2,
    ),
  ]
  const hinge = depth * 0.52
  // The lid hangs at its back.
  const cover: Piece = open
    ? [plain, put(put(lid, [0, 0, -hinge]), [0, height, hinge], 0, -between(random, 1.7, 3.9))]
    : [plain, put(lid, [0, height - 0.005, 0])]
  const inside: Piece[] = open
    ? [[dark, put(box(width * 0.95, 0.01, depth * 0.9), [0, height - 0.005, 0])]]
    : []
  const grip: Piece = [plain, put(box(width * 0.7, 0.04, 0.05), [0, height - 0.03, depth * 0.56])]
  return {
    pieces: [
      [material, body],
      cover,
      grip,
      ...inside,
      wheel(-0.24),
      wheel(0.24),
      [dark, put(box(0.44, 0.08, 0.1), [0, 0, -0.2])],
    ],
    mouth: { height, width, depth },
  }
}

function twin(random: Random): Body {
  const steel: Material = {
    colour: shaded(paint(pick(random, ['#8c9094', '#4a4d50', '#3a5a44', '#6b5a48'])), 1),
    gloss: 0.6,
  }
  const flaps = pick(random, [
    ['#2455a4', '#4a4d50'],
    ['#2f7d3a', '#4a4d50'],
    ['#2455a4', '#a8262a'],
    ['#2f7d3a', '#c9772a'],
  ] as const)
  const dark: Material = { colour: paint('#101112') }
  const height = between(random, 0.85, 1.05)
  const pieces: Piece[] = [
    [steel, put(box(1.0, 0.04, 0.36), [0, height, 0])],
    [steel, put(box(0.05, height, 0.3), [-0.47, 0, 0])],
    [steel, put(box(0.05, height, 0.3), [0.47, 0, 0])],
  ]
  ;([-0.235, 0.235] as const).forEach((x, i) => {
    pieces.push([
      { colour: paint(flaps[i] ?? '#4a4d50'), gloss: 0.3 },
      put(box(0.4, height - 0.26, 0.32), [x, 0.08, 0]),
    ])
    pieces.push([dark, put(box(0.3, 0.1, 0.33), [x, height - 0.16, 0])])
  })
  return {
    pieces: [...pieces, [dark, put(box(0.9, 0.09, 0.28), [0, 0, 0])]],
    mouth: { height: height + 0.04, width: 0.9, depth: 0.36 },
  }
}

function dumpster(random: Random, open: boolean): Body {
  const colour = shaded(
    paint(pick(random, ['#2f6b3a', '#2f6b3a', '#2455a4', '#7a7d80'])),
    between(random, 0.7, 1.15),
  )
  const material = plastic(colour)
  const plain: Material = { colour, gloss: 0.35 }
  const dark: Material = { colour: paint('#141516') }
  const ring = (y: number, w: number, d: number) =>
    ringAt([0, y, 0], [0, 1, 0], [1, 0, 0], (w / 2) * 1.04, (d / 2) * 1.04)
  const [width, height, depth] = [between(random, 1.25, 1.7), between(random, 1.05, 1.25), 1.0]
  const pieces: Piece[] = [
    [
      material,
      loft(
        [
          ring(0.15, width * 0.85, depth * 0.75),
          ring(0.15, width * 0.85, depth * 0.75),
          ring(height - 0.08, width, depth),
          ring(height - 0.08, width * 1.05, depth * 1.06),
          ring(height, width * 1.05, depth * 1.06),
        ],
        { sides: 12, square: 9 },
      ),
    ],
  ]
  const lid = box(width * 1.02, 0.05, depth * 1.04)
  if (open)
    pieces.push(
      [plain, put(put(lid, [0, 0, -depth / 2]), [0, height, depth / 2], 0, -1.9)],
      [dark, put(box(width * 0.95, 0.01, depth * 0.92), [0, height - 0.005, 0])],
    )
  else pieces.push([plain, put(lid, [0, height, 0], 0, 0.03)])
  for (const x of [-0.38, 0.38])
    for (const z of [-0.3, 0.3])
      pieces.push([
        dark,
        put(
          lathe(
            [
              [0, -0.03],
              [0.09, -0.03],
              [0.09, 0.03],
              [0, 0.03],
            ],
            8,
          ),
          [x * width, 0.09, z],
          0,
          0,
          Math.PI / 2,
        ),
      ])
  return { pieces, mouth: { height, width, depth } }
}

function round(random: Random): Body {
  const [radius, height] = [between(random, 0.2, 0.28), between(random, 0.65, 0.95)]
  const material: Material = {
    colour: shaded(paint(pick(random, ['#5a5d60', '#2f6b3a', '#6b4a34', '#a0a4a8', '#2b5fa8'])), 1),
    gloss: 0.5,
  }
  const dark: Material = { colour: paint('#0f1011') }
  return {
    pieces: [
      [
        material,
        lathe(
          [
            [radius * 0.85, 0],
            [radius * 0.9, 0.02],
            [radius, height * 0.92],
            [radius * 1.06, height * 0.92],
            [radius * 1.06, height],
          ],
          14,
        ),
      ],
      [
        material,
        lathe(
          [
            [radius * 1.06, height],
            [radius * 0.8, height + 0.03],
            [radius * 0.72, height],
          ],
          14,
        ),
      ],
      [
        dark,
        lathe(
          [
            [radius * 0.75, height - 0.02],
            [0, height - 0.03],
          ],
          14,
        ),
      ],
    ],
    mouth: { height, width: radius * 2, depth: radius * 2 },
  }
}
