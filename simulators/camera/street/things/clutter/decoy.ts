import type { Material, Thing } from '../../engine/mesh.ts'
import { blob } from '../making/blob.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { grid } from '../making/grid.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { noise } from '../making/noise.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import { partOf, type Piece, put, putAll } from '../making/piece.ts'
import type { Vector } from '../making/vector.ts'
import { closedBox } from '../garbage/cardboard.ts'
import { bottle, scrap } from '../garbage/litter.ts'
import { steel } from '../stall/fittings.ts'

export const DECOYS = [
  'leaves',
  'bottle',
  'scrap',
  'stain',
  'puddle',
  'sacks',
  'suitcase',
  'parcels',
  'shopping',
  'manhole',
  'bucket',
] as const
type DecoyKind = (typeof DECOYS)[number]

/** Looks a little like garbage or a stall, and is none. */
export function decoy(random: Random, kind: DecoyKind = pick(random, DECOYS)): Thing {
  return { parts: [partOf(undefined, pieces(random, kind))] }
}

function pieces(random: Random, kind: DecoyKind): Piece[] {
  switch (kind) {
    case 'leaves':
      return leaves(random)
    case 'bottle':
      return [
        [
          { colour: paint(pick(random, ['#b8d0d8', '#6fa878', '#c87838'])), gloss: 0.8 },
          put(bottle(), [0, 0.033, 0], random() * 7, chance(random, 0.7) ? Math.PI / 2 : 0),
        ],
      ]
    case 'scrap':
      return [scrap(random)]
    case 'stain':
      return [
        [
          { colour: shaded([0.05, 0.048, 0.045], between(random, 0.6, 2)) },
          spot(random, between(random, 0.3, 1.2)),
        ],
      ]
    case 'puddle':
      return [[{ colour: [0.1, 0.11, 0.12], gloss: 1 }, spot(random, between(random, 0.4, 1.6))]]
    case 'manhole':
      return [[{ colour: [0.06, 0.06, 0.062], gloss: 0.4 }, spot(random, 0.7, 0)]]
    case 'sacks':
      return sacks(random)
    case 'suitcase':
      return suitcase(random)
    case 'parcels':
      return parcels(random)
    case 'shopping':
      return Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i): Piece => [
        { colour: paint(pick(random, ['#e8e2d2', '#c8303a', '#b08a5c', '#2a2c30', '#d8e0e4'])) },
        put(
          box(
            between(random, 0.22, 0.34),
            between(random, 0.26, 0.4),
            between(random, 0.1, 0.16),
            between(random, 0.9, 1.15),
          ),
          [i * 0.34, 0, between(random, -0.06, 0.06)],
          between(random, -0.5, 0.5),
        ),
      ])
    case 'bucket':
      return [
        [
          { colour: paint(pick(random, ['#2a6fb8', '#c8303a', '#8c9094', '#d8d8d4'])), gloss: 0.4 },
          lathe(
            [
              [0.11, 0],
              [0.15, 0.3],
              [0.15, 0.3],
              [0.14, 0.3],
              [0.1, 0.05],
              [0, 0.05],
            ],
            12,
          ),
        ],
        [steel, stick([0, 0.05, 0.1], [0.25, 1.25, 0.3], 0.013, 4)],
      ]
  }
}

/** Swept together, or as the wind left them. */
function leaves(random: Random): Piece[] {
  const grain = noise(fork(random))
  const [first, second] = [
    paint(pick(random, ['#8a6a2a', '#a8842f', '#6b4a24', '#b89a3a'])),
    paint(pick(random, ['#5a3a1c', '#c8a83a', '#7a7a2c'])),
  ]
  const size = between(random, 0.5, 1.5)
  const high = chance(random, 0.5) ? between(random, 0.08, 0.3) : 0.015
  const material = painted(48, 48, (u, v) => {
    const leaf = grain(u * 30, v * 30, 0)
    return leaf < (high > 0.05 ? -0.5 : 0)
      ? undefined
      : shaded(leaf > 0.35 ? second : first, 0.7 + 0.5 * Math.abs(grain(u * 50, v * 50, 4)))
  })
  const count = 7
  const rows = Array.from({ length: count }, (_, r) =>
    Array.from({ length: count }, (_, c): Vector => {
      const [x, z] = [(c / (count - 1) - 0.5) * 2, (r / (count - 1) - 0.5) * 2]
      const [sx, sz] = [x * Math.sqrt(1 - (z * z) / 2), z * Math.sqrt(1 - (x * x) / 2)]
      const rim = Math.max(0, 1 - Math.hypot(sx, sz))
      const out = 1 + 0.3 * grain(sx * 2, sz * 2, 9)
      return [
        (sx * out * size) / 2,
        0.006 + high * Math.sqrt(rim) * (1 + 0.3 * grain(sx * 4, sz * 4, 5)),
        (sz * out * size) / 2,
      ]
    }),
  )
  return [[material, grid(rows)]]
}

function spot(random: Random, size: number, ragged = 0.4) {
  const edge = noise(fork(random))
  const rim = Array.from({ length: 18 }, (_, i): Vector => {
    const angle = Math.PI + (i / 18) * 2 * Math.PI
    const out = (size / 2) * (1 + ragged * edge(Math.cos(angle) * 1.5, Math.sin(angle) * 1.5, 0))
    return [Math.sin(angle) * out, 0.006, -Math.cos(angle) * out]
  })
  return grid([rim, rim.map((): Vector => [0, 0.006, 0])], { around: true })
}

/** Of rice, cement or flour, neatly stacked for a shop. */
function sacks(random: Random): Piece[] {
  const cloth: Material = {
    colour: shaded(
      paint(pick(random, ['#e2dccb', '#c9b48a', '#d8dce0', '#8fae8a', '#b8a078'])),
      between(random, 0.8, 1),
    ),
  }
  const lumps = noise(fork(random))
  const count = Math.round(between(random, 1, 6))
  return Array.from({ length: count }, (_, i): Piece => {
    const sack = blob(
      [0.34, 0.1, 0.22],
      (x, y, z) =>
        (1 + 0.12 * lumps(x * 2 + i, y * 2, z * 2)) / Math.max(Math.abs(x), Math.abs(z), 0.72) ** 0.6,
      { rows: 5, sides: 12 },
    )
    return [
      cloth,
      put(
        sack,
        [(i % 2) * 0.04, 0.1 + Math.floor(i / 2) * 0.18, (i % 2 === 0 ? -0.22 : 0.22) * (count > 1 ? 1 : 0)],
        between(random, -0.12, 0.12),
      ),
    ]
  })
}

function suitcase(random: Random): Piece[] {
  const shell: Material = {
    colour: paint(pick(random, ['#1c1d20', '#2a4a7a', '#8a2a34', '#8c9094', '#d8a0a8', '#3a5a4a'])),
    gloss: 0.6,
  }
  const [width, height] = [between(random, 0.34, 0.5), between(random, 0.5, 0.7)]
  return [
    [shell, put(box(width, height, 0.24, 0.97), [0, 0.05, 0])],
    [{ colour: [0.01, 0.01, 0.01] }, put(box(width * 0.9, 0.05, 0.2), [0, 0, 0])],
    [steel, stick([width * 0.25, height, 0.1], [width * 0.25, height + 0.4, 0.1], 0.01, 4)],
    [steel, stick([-width * 0.25, height, 0.1], [-width * 0.25, height + 0.4, 0.1], 0.01, 4)],
    [steel, stick([-width * 0.25, height + 0.4, 0.1], [width * 0.25, height + 0.4, 0.1], 0.014, 4)],
  ]
}

/** A delivery: closed boxes, stacked with care. */
function parcels(random: Random): Piece[] {
  const count = Math.round(between(random, 2, 6))
  const all: Piece[] = []
  const tops = [0, 0]
  for (let i = 0; i < count; i++) {
    const height = between(random, 0.18, 0.4)
    const pile = i % 2
    all.push(
      ...putAll(
        closedBox(random, between(random, 0.35, 0.5), height, between(random, 0.3, 0.42)),
        [pile * 0.56, tops[pile] ?? 0, 0],
        between(random, -0.1, 0.1),
      ),
    )
    tops[pile] = (tops[pile] ?? 0) + height
  }
  return all
}
