import type { Material } from '../../engine/mesh.ts'
import { blob } from '../making/blob.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { noise } from '../making/noise.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import { type Piece, put } from '../making/piece.ts'
import { sign, steel, wood } from '../stall/fittings.ts'

export function plantPot(random: Random): Piece[] {
  const [radius, height] = [between(random, 0.16, 0.4), between(random, 0.25, 0.5)]
  const pot: Material = {
    colour: paint(pick(random, ['#8a5a3c', '#b8b4ac', '#3a3c40', '#6b7a84', '#a8442f'])),
    gloss: 0.3,
  }
  const leafy = noise(fork(random))
  const green = paint(pick(random, ['#2f5a26', '#4a7a30', '#3a6a3a', '#6b8f3a', '#7a3a4a']))
  const leaves = painted(24, 24, (u, v) => {
    const leaf = leafy(u * 14, v * 14, 0)
    return leaf < -0.35 ? undefined : shaded(green, 0.7 + 0.5 * leaf)
  })
  const crown = between(random, 0.3, 0.7)
  const bush = blob(
    [radius * between(random, 1, 1.8), crown * 0.55, radius * between(random, 1, 1.8)],
    (x, y, z) => 1 + 0.35 * leafy(x * 3, y * 3, z * 3),
    { rows: 7, sides: 10, wide: 3, high: 2 },
  )
  return [
    [
      pot,
      lathe(
        [
          [radius * 0.7, 0],
          [radius, height],
          [radius * 1.08, height],
          [radius * 1.08, height + 0.03],
          [0, height + 0.02],
        ],
        12,
      ),
    ],
    [leaves, put(bush, [0, height + crown * 0.5, 0])],
  ]
}

/** An A of two boards before a shop, or a stand-up poster. */
export function standingBoard(random: Random): Piece[] {
  const [width, height] = [between(random, 0.45, 0.8), between(random, 0.8, 1.6)]
  const poster = painted(32, 48, posterOf(random))
  const panel = box(width, height, 0.03)
  return height < 1.2
    ? [
        [poster, put(panel, [0, 0.01, -0.2], 0, -0.2)],
        [poster, put(panel, [0, 0.01, 0.2], Math.PI, -0.2)],
      ]
    : [
        [poster, put(panel, [0, 0.03, 0])],
        [steel, box(width * 0.7, 0.03, 0.4)],
      ]
}

function posterOf(random: Random): (u: number, v: number) => readonly [number, number, number] {
  const spots = noise(fork(random))
  const [ground, ink, picture] = [
    pick(random, ['#c8202a', '#f2f0e8', '#1f4fa0', '#2a2c30', '#f2c83a', '#2a7a4a']),
    pick(random, ['#f7e04a', '#1a1a1c', '#f4f4f0']),
    pick(random, ['#c88a5a', '#6b9ab8', '#b84a3a']),
  ].map(paint) as [
    readonly [number, number, number],
    readonly [number, number, number],
    readonly [number, number, number],
  ]
  return (u, v) => {
    if (v > 0.3 && v < 0.7 && u > 0.12 && u < 0.88) return shaded(picture, 1 + 0.6 * spots(u * 7, v * 9, 1))
    const line = (v * 14) % 1
    return line > 0.35 && u > 0.1 && u < 0.9 && Math.abs(spots(u * 20, Math.floor(v * 14) * 3, 2)) < 0.3
      ? ink
      : ground
  }
}

export function crates(random: Random): Piece[] {
  const material = (): Material => ({
    colour: paint(pick(random, ['#2f62b0', '#c8303a', '#3f7a44', '#d8b03a', '#8c9094'])),
    gloss: 0.2,
  })
  const same = material()
  const count = Math.round(between(random, 1, 5))
  return Array.from({ length: count }, (_, i): Piece => [
    chance(random, 0.7) ? same : material(),
    put(
      box(0.56, 0.3, 0.4),
      [between(random, -0.03, 0.03), i * 0.3, between(random, -0.03, 0.03)],
      between(random, -0.1, 0.1),
    ),
  ])
}

export function bench(random: Random): Piece[] {
  const slats = wood(random)
  const long = between(random, 1.2, 1.8)
  const pieces: Piece[] = [-1, 1].map((hand) => [steel, put(box(0.06, 0.43, 0.4), [hand * long * 0.4, 0, 0])])
  for (const z of [-0.17, -0.03, 0.11]) pieces.push([slats, put(box(long, 0.04, 0.11), [0, 0.43, z])])
  if (chance(random, 0.6))
    for (const y of [0.58, 0.74])
      pieces.push(
        [slats, put(box(long, 0.1, 0.03), [0, y, 0.22])],
        [steel, put(box(0.05, 0.45, 0.03), [long * 0.4, 0.43, 0.23])],
        [steel, put(box(0.05, 0.45, 0.03), [-long * 0.4, 0.43, 0.23])],
      )
  return pieces
}

export function stool(random: Random): Piece[] {
  const plastic: Material = {
    colour: paint(pick(random, ['#2a6fb8', '#c8303a', '#d8d8d4', '#3f8f5a', '#d87a2a'])),
    gloss: 0.3,
  }
  const height = between(random, 0.22, 0.46)
  return [[plastic, box(0.3, height, 0.3, 0.82)]]
}

export function ladder(random: Random): Piece[] {
  const long = between(random, 1.6, 2.4)
  const lean = 0.35
  const at = (x: number, up: number) => [x, up * Math.cos(lean), up * Math.sin(lean)] as const
  const rungs = Array.from({ length: Math.floor(long / 0.28) }, (_, i): Piece => [
    steel,
    stick(at(-0.2, 0.2 + i * 0.28), at(0.2, 0.2 + i * 0.28), 0.014, 4),
  ])
  return [
    [steel, stick(at(-0.2, 0), at(-0.2, long), 0.02, 4)],
    [steel, stick(at(0.2, 0), at(0.2, long), 0.02, 4)],
    ...rungs,
    ...(chance(random, 0.2) ? sign(random, [0, long * 0.3, 0.1], 0.4) : []),
  ]
}
