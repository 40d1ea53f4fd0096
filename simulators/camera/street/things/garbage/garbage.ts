import type { Thing } from '../../engine/mesh.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { partOf, type Piece, putAll } from '../making/piece.ts'
import { foil, knottedBag } from './bag.ts'
import { foam, furniture, rubble } from './bulky.ts'
import { closedBox, crushedBox, flatBoards, openBox } from './cardboard.ts'
import { litter } from './litter.ts'
import { bottles, mound } from './mound.ts'

const KINDS = [
  'bag',
  'bags',
  'bags',
  'mixed',
  'mixed',
  'cardboard',
  'litter',
  'rubble',
  'foam',
  'furniture',
  'mound',
  'mound',
  'bottles',
] as const
export type GarbageKind = (typeof KINDS)[number]

/** Left lying in the street: about `size` metres across. */
export function garbage(random: Random, size: number, kind: GarbageKind = pick(random, KINDS)): Thing {
  return { parts: [partOf('garbage', heap(random, size, kind))] }
}

function heap(random: Random, size: number, kind: GarbageKind): Piece[] {
  switch (kind) {
    case 'bag':
      return [
        ...knottedBag(random, Math.min(size, between(random, 0.4, 0.75))),
        ...litter(random, size, Math.round(between(random, 0, 4))),
      ]
    case 'bags':
      return [...bags(random, size), ...litter(random, size * 1.15, Math.round(between(random, 0, 8)))]
    case 'mixed':
      return [
        ...bags(random, size * 0.75),
        ...boxes(random, size, 2 + Math.round(size * 2)),
        ...litter(random, size * 1.2, Math.round(6 + size * 8)),
      ]
    case 'cardboard':
      return [
        ...boxes(random, size, 2 + Math.round(size * 3)),
        ...litter(random, size, Math.round(between(random, 0, 6))),
      ]
    case 'litter':
      return litter(random, size, Math.round(10 + size * size * 18))
    case 'rubble':
      return rubble(random, size)
    case 'foam':
      return [...foam(random, size), ...litter(random, size, 5)]
    case 'mound':
      return mound(random, size)
    case 'bottles':
      return [...bottles(random, size), ...litter(random, size, 4)]
    case 'furniture':
      return [...furniture(random), ...(chance(random, 0.5) ? putAll(bags(random, 0.6), [0.8, 0, -0.3]) : [])]
  }
}

/** Beside and on one another, until it is as wide as asked. */
function bags(random: Random, size: number): Piece[] {
  const same = chance(random, 0.5) ? foil(random, true) : undefined
  const one = Math.min(size, between(random, 0.42, 0.7))
  const below = Math.max(1, Math.round((size / one) ** 2 * 0.9))
  const pieces: Piece[] = []
  for (let i = 0; i < Math.min(12, below * 1.4); i++) {
    const upper = i >= below
    const far = ((size - one) / 2) * Math.sqrt(random()) * (upper ? 0.5 : 1)
    const angle = i * 2.4 + random()
    const at = [
      Math.cos(angle) * far,
      upper ? one * between(random, 0.4, 0.55) : 0,
      Math.sin(angle) * far,
    ] as const
    pieces.push(
      ...putAll(
        knottedBag(
          random,
          one * between(random, 0.75, 1.1),
          same && chance(random, 0.8) ? same : foil(random),
        ),
        at,
        random() * 7,
      ),
    )
  }
  return pieces
}

function boxes(random: Random, size: number, count: number): Piece[] {
  const pieces: Piece[] = []
  for (let i = 0; i < Math.min(9, count); i++) {
    const [width, height, depth] = [
      between(random, 0.25, 0.6),
      between(random, 0.15, 0.45),
      between(random, 0.2, 0.45),
    ]
    const form = pick(random, [openBox, closedBox, crushedBox, crushedBox])
    const made = chance(random, 0.2)
      ? flatBoards(random, width * 1.6, depth * 2, 3)
      : form(random, width, height, depth)
    const angle = i * 2.4 + random()
    const far = (size / 2) * Math.sqrt(random()) * 0.75
    const lift = i > 3 && chance(random, 0.5) ? between(random, 0.15, 0.3) : 0
    pieces.push(
      ...putAll(
        made,
        [Math.cos(angle) * far, lift, Math.sin(angle) * far],
        random() * 7,
        lift > 0 ? between(random, -0.3, 0.3) : 0,
      ),
    )
  }
  return pieces
}
