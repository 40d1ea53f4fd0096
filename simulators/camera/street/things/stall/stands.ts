import type { Material } from '../../engine/mesh.ts'
import { bumpy, lamp, sheetCloth, sign, steel, wheelAt, wood } from './fittings.ts'
import { box } from '../making/box.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { lathe } from '../making/lathe.ts'
import { stick } from '../making/loft.ts'
import { paint } from '../making/paint.ts'
import { type Piece, put, putAll } from '../making/piece.ts'
import { GOODS, goods, heaped } from './goods.ts'

/** What goods lie or hang on, and how large that is: the customer stands before it, at -z. */
export interface Stand {
  readonly pieces: readonly Piece[]
  readonly width: number
  readonly depth: number
  /** How the one behind it works. */
  readonly seller: 'stands' | 'sits'
}

export function tableStand(random: Random): Stand {
  const [width, depth, height] = [
    between(random, 1.1, 2.2),
    between(random, 0.55, 0.9),
    between(random, 0.6, 0.8),
  ]
  const legs = [-1, 1].flatMap((x) =>
    [-1, 1].map((z): Piece => [
      steel,
      stick([x * width * 0.44, 0, z * depth * 0.42], [x * width * 0.44, height, z * depth * 0.42], 0.018, 5),
    ]),
  )
  const hung = chance(random, 0.6)
  const fall = hung ? between(random, 0.2, height * 0.85) : 0.03
  const cover = put(box(width * 1.03, fall, depth * 1.03), [0, height - fall, 0])
  const top: Piece = [hung ? sheetCloth(random) : wood(random), cover]
  const wares = putAll(goods(random, pick(random, GOODS), width * 0.94, depth * 0.9), [0, height + 0.005, 0])
  const lit = chance(random, 0.3) ? lamp([width * 0.4, height, depth * 0.3]) : []
  const board = chance(random, 0.4)
    ? sign(random, [between(random, -0.3, 0.3) * width, height * 0.35, -depth * 0.54], width * 0.4)
    : []
  return {
    pieces: [...legs, top, ...wares, ...lit, ...board],
    width,
    depth,
    seller: chance(random, 0.5) ? 'sits' : 'stands',
  }
}

export function clothStand(random: Random): Stand {
  const [width, depth] = [between(random, 1.1, 2.4), between(random, 0.8, 1.4)]
  const ground: Piece = [sheetCloth(random), bumpy(random, width, depth, 0.03)]
  const kinds = [pick(random, GOODS), pick(random, GOODS)] as const
  const wares = kinds.flatMap((kind, i) =>
    putAll(goods(random, kind, width * 0.44, depth * 0.8), [(i - 0.5) * width * 0.46, 0.03, 0]),
  )
  return { pieces: [ground, ...wares], width, depth, seller: 'sits' }
}

export function fruitStand(random: Random): Stand {
  const [columns, rows] = [Math.round(between(random, 3, 5)), Math.round(between(random, 2, 3))]
  const crate = pick(random, ['#2f62b0', '#c8303a', '#3f7a44', '#b08a52', '#e8e6e0', '#26282c'])
  const material: Material = { colour: paint(crate), gloss: 0.2 }
  const [wide, deep] = [0.46, 0.36]
  const pieces: Piece[] = []
  for (let r = 0; r < rows; r++) {
    // The back rows stand higher, so that all is seen.
    const lift = 0.18 + r * between(random, 0.14, 0.24)
    for (let c = 0; c < columns; c++) {
      const at = [(c - (columns - 1) / 2) * wide * 1.04, lift, (r - (rows - 1) / 2) * deep * 1.04] as const
      const tray: Piece[] = [
        [material, box(wide, 0.2, deep)],
        ...putAll([heaped(random, wide * 0.98, deep * 0.98, 0.1, chance(random, 0.4))], [0, 0.17, 0]),
      ]
      pieces.push(...putAll(tray, at, 0, 0.15))
      pieces.push([wood(random), put(box(wide * 0.9, lift, deep * 0.85), [at[0], 0, at[2]])])
    }
  }
  const scale: Piece[] = [
    [steel, put(box(0.3, 0.1, 0.26), [columns * wide * 0.4, 0.5 + rows * 0.1, deep * rows * 0.4])],
  ]
  return {
    pieces: [...pieces, ...scale, ...sign(random, [0, 0.5, -deep * rows * 0.55], 0.4)],
    width: columns * wide,
    depth: rows * deep,
    seller: 'stands',
  }
}

export function railStand(random: Random): Stand {
  const [width, height] = [between(random, 1.2, 2), between(random, 1.35, 1.65)]
  const pieces: Piece[] = []
  for (const x of [-width / 2, width / 2]) {
    pieces.push(
      [steel, stick([x, 0, 0], [x, height, 0], 0.016, 5)],
      [steel, stick([x, 0.03, -0.28], [x, 0.03, 0.28], 0.016, 5)],
    )
  }
  pieces.push([steel, stick([-width / 2, height, 0], [width / 2, height, 0], 0.016, 5)])
  const count = Math.round(width / between(random, 0.06, 0.12))
  for (let i = 0; i < count; i++) {
    const x = ((i + 0.5) / count - 0.5) * width * 0.94
    const [long, wide] = [between(random, 0.55, 0.95), between(random, 0.38, 0.52)]
    const garment = box(0.035, long, wide, between(random, 0.6, 0.9))
    pieces.push([
      sheetCloth(random, 12),
      put(garment, [x, height - long - 0.04, 0], between(random, -0.25, 0.25)),
    ])
  }
  return { pieces, width, depth: 0.6, seller: 'stands' }
}

/** A glass case on wheels, a hood over it, gas beside. */
export function foodCart(random: Random): Stand {
  const [width, depth, height] = [
    between(random, 1.1, 1.7),
    between(random, 0.6, 0.8),
    between(random, 0.78, 0.9),
  ]
  const paintwork: Material = {
    colour: paint(pick(random, ['#b8bcc0', '#c8262c', '#d9a52a', '#e8e6e2', '#2f62b0', '#d8602a'])),
    gloss: 0.5,
  }
  const glass: Material = { colour: paint('#6f8288'), gloss: 1 }
  const roof = height + between(random, 0.85, 1.1)
  const pieces: Piece[] = [
    [paintwork, put(box(width, height - 0.2, depth), [0, 0.2, 0])],
    [steel, put(box(width * 1.04, 0.04, depth * 1.05), [0, height, 0])],
    [glass, put(box(width * between(random, 0.5, 0.95), 0.4, 0.03), [0, height + 0.04, -depth * 0.46])],
    [glass, put(box(0.03, 0.4, depth * 0.8), [-width * 0.47, height + 0.04, 0])],
    [paintwork, put(box(width * 1.12, 0.14, depth * 1.2, 0.8), [0, roof, 0])],
    ...[-1, 1].flatMap((x) =>
      [-1, 1].map((z): Piece => [
        steel,
        stick(
          [x * width * 0.48, height, z * depth * 0.45],
          [x * width * 0.48, roof, z * depth * 0.45],
          0.015,
          4,
        ),
      ]),
    ),
    ...[-1, 1].flatMap((x) =>
      [-1, 1].map((z): Piece => wheelAt([x * width * 0.38, 0.1, z * depth * 0.38], 0.1)),
    ),
    [
      { colour: paint(pick(random, ['#8a9094', '#3a6fb0', '#a8302c'])), gloss: 0.4 },
      put(
        lathe(
          [
            [0.16, 0],
            [0.16, 0.42],
            [0.08, 0.52],
            [0.06, 0.62],
            [0, 0.62],
          ],
          10,
        ),
        [width * 0.5 + 0.22, 0, depth * 0.2],
      ),
    ],
    ...putAll(goods(random, pick(random, ['boxes', 'pots', 'bottles'] as const), width * 0.8, depth * 0.6), [
      0,
      height + 0.04,
      0.05,
    ]),
    ...sign(random, [0, roof + 0.02, -depth * 0.62], width * 0.9),
    ...sign(random, [0, 0.3, -depth * 0.52], width * 0.8),
  ]
  return {
    pieces: chance(random, 0.4) ? [...pieces, ...lamp([0, roof - 0.25, 0])] : pieces,
    width: width + 0.4,
    depth,
    seller: 'stands',
  }
}

/** Three wheels and a bed full of goods. */
export function tricycleStand(random: Random): Stand {
  const [width, length] = [between(random, 0.85, 1.05), between(random, 1.3, 1.7)]
  const colour: Material = {
    colour: paint(pick(random, ['#2f62b0', '#3f7a44', '#a8302c', '#8a9094', '#c8762a', '#2a4a6a'])),
    gloss: 0.4,
  }
  const bed = 0.52
  // Along x, so that its side is towards the customer.
  const wall = (w: number, d: number, x: number, z: number): Piece => [
    colour,
    put(box(w, 0.28, d), [x, bed, z]),
  ]
  const front = -length / 2 - 0.75
  const pieces: Piece[] = [
    [colour, put(box(length, 0.05, width), [0, bed - 0.03, 0])],
    wall(length, 0.03, 0, -width / 2),
    wall(length, 0.03, 0, width / 2),
    wall(0.03, width, length / 2, 0),
    wall(0.03, width, -length / 2, 0),
    ...[-1, 1].map((z): Piece => wheelAt([length * 0.22, 0.26, z * (width / 2 + 0.05)], 0.26, true)),
    wheelAt([front, 0.26, 0], 0.26, true),
    [steel, stick([front, 0.26, 0], [front + 0.22, 0.95, 0], 0.025, 5)],
    [steel, stick([front + 0.2, 0.95, -0.32], [front + 0.2, 0.95, 0.32], 0.016, 5)],
    [colour, stick([front + 0.15, 0.65, 0], [-length / 2, 0.45, 0], 0.03, 5)],
    [{ colour: paint('#151517') }, put(box(0.3, 0.09, 0.26), [-length / 2 - 0.2, 0.72, 0])],
    [colour, stick([-length / 2 - 0.2, 0.74, 0], [-length / 2 - 0.15, 0.4, 0], 0.025, 5)],
    ...putAll(goods(random, pick(random, GOODS), length * 0.92, width * 0.9), [0, bed + 0.24, 0]),
    ...sign(random, [0, bed + 0.1, -width / 2 - 0.03], 0.55),
  ]
  if (chance(random, 0.4))
    pieces.push(...putAll(goods(random, 'boxes', length * 0.8, 0.4), [0, 0, -width / 2 - 0.35]))
  return { pieces, width: length + 0.9, depth: width, seller: 'stands' }
}
