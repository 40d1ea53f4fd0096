import type { Colour, Material } from '../../engine/mesh.ts'
import { between, chance, fork, pick, type Random, weighted } from '../making/chance.ts'
import { noise } from '../making/noise.ts'
import { blended, paint, painted, shaded } from '../making/paint.ts'

const DARK = [
  '#17181b',
  '#1f2126',
  '#26282c',
  '#1b2233',
  '#22304d',
  '#2d2a28',
  '#3a3d42',
  '#2b3a30',
  '#3c2a24',
] as const
const MUTED = [
  '#5a5e66',
  '#7a7f86',
  '#8d8270',
  '#6b5a48',
  '#a39a8a',
  '#4d6078',
  '#55624e',
  '#7b4a44',
  '#9aa4ad',
  '#c0b49c',
] as const
const BRIGHT = [
  '#b3232c',
  '#d94f5c',
  '#d98a2b',
  '#e3c33c',
  '#3f8f4f',
  '#2c8f8a',
  '#2b62b8',
  '#5a3d91',
  '#c75a92',
  '#e28fa8',
  '#7fc4de',
  '#9cc46a',
] as const
const LIGHT = ['#f2f2ee', '#e6e2d6', '#dfe6ea', '#efe0d8', '#d8d2e6', '#cfe0d2', '#ffffff'] as const
const DENIM = ['#28395a', '#3b5480', '#1e2a40', '#6f8cb0', '#4a5668'] as const

const PATTERNS = ['plain', 'hoops', 'stripes', 'checks', 'print', 'flowers', 'halves'] as const
export type Pattern = (typeof PATTERNS)[number]

export function someColour(
  random: Random,
  shares: { dark: number; muted: number; bright: number; light: number },
): Colour {
  const kind = weighted(random, shares)
  const colour = paint(
    pick(random, kind === 'dark' ? DARK : kind === 'muted' ? MUTED : kind === 'bright' ? BRIGHT : LIGHT),
  )
  return shaded(colour, between(random, 0.75, 1.2))
}

/** Cloth has folds: darker and lighter along its fall. */
export function cloth(
  random: Random,
  colour: Colour,
  pattern: Pattern = 'plain',
  second: Colour = colour,
): Material {
  const folds = noise(fork(random))
  const deep = between(random, 0.1, 0.3)
  const count = Math.round(between(random, 3, 14))
  const [width, lift] = [between(random, 0.25, 0.5), between(random, 0, 0.1)]
  const size = pattern === 'plain' ? 24 : 48
  return painted(size, size, (u, v) => {
    const fall = folds(u * 13, v * 5, 0) * 0.7 + folds(u * 27 + v * 5, v * 13, 3) * 0.3
    const base = patternAt(pattern, u, v, colour, second, { count, width, lift, folds })
    return shaded(base, 1 - deep * 0.5 + deep * fall)
  })
}

interface PatternForm {
  readonly count: number
  readonly width: number
  readonly lift: number
  readonly folds: (x: number, y: number, z: number) => number
}

function patternAt(
  pattern: Pattern,
  u: number,
  v: number,
  colour: Colour,
  second: Colour,
  form: PatternForm,
): Colour {
  const { count, width, lift, folds } = form
  const wave = (x: number) => x - Math.floor(x)
  switch (pattern) {
    case 'plain':
      return colour
    case 'hoops':
      return wave(v * count) < width ? second : colour
    case 'stripes':
      return wave(u * count * 2) < width ? second : colour
    case 'checks':
      return blended(
        colour,
        second,
        (wave(u * count) < 0.5 ? 0.5 : 0) + (wave(v * count * 0.8) < 0.5 ? 0.5 : 0),
      )
    case 'flowers':
      return folds(u * count * 1.5, v * count * 1.5, 9) > 0.25 ? second : colour
    case 'halves':
      return v > 0.45 + lift ? second : colour
    case 'print': {
      // The middle of the texture is in front.
      const [x, y] = [(u - 0.5) / 0.13, (v - 0.42 - lift) / 0.16]
      return Math.max(Math.abs(x), Math.abs(y)) < 1 && folds(u * 40, v * 40, 5) > -0.1 ? second : colour
    }
  }
}

export function denim(random: Random): Material {
  const folds = noise(fork(random))
  const colour = paint(pick(random, DENIM))
  const worn = chance(random, 0.5) ? between(random, 0.3, 0.8) : 0.1
  return painted(24, 32, (u, v) => {
    const front = Math.max(0, Math.cos((u - 0.5) * 2 * Math.PI)) * (1 - Math.abs(v - 0.35) * 1.8)
    return shaded(colour, 0.9 + worn * Math.max(0, front) + 0.2 * folds(u * 20, v * 20, 0))
  })
}

/** Work clothes: bands that shine, at heights from the top (0) to the hem (1). */
export function banded(
  random: Random,
  colour: Colour,
  bands: readonly number[],
  shine: Colour,
  upright = true,
): Material {
  const folds = noise(fork(random))
  return painted(
    48,
    48,
    (u, v) => {
      const braces = upright && v < 0.5 && Math.abs(Math.abs(wrapped(u)) - 0.09) < 0.022
      const band = bands.some((at) => Math.abs(v - at) < 0.032)
      return shaded(band || braces ? shine : colour, 0.92 + 0.16 * folds(u * 12, v * 6, 0))
    },
    0.15,
  )
}

/** Before the body only; behind, its strings. */
export function apronCloth(random: Random, colour: Colour): Material {
  const folds = noise(fork(random))
  const bib = between(random, 0.12, 0.2)
  return painted(32, 32, (u, v) => {
    const off = Math.abs(u - 0.47)
    const string = Math.abs(v - 0.5) < 0.03 || (v < 0.2 && Math.abs(off - 0.1) < 0.025)
    if (off > (v < 0.4 ? bib : 0.27) && !string) return undefined
    return shaded(colour, 0.9 + 0.2 * folds(u * 12, v * 6, 0))
  })
}

/** From the middle of the front or of the back, whichever is nearer, as a share of the way round. */
function wrapped(u: number): number {
  return u < 0.25 ? u : u < 0.75 ? u - 0.5 : u - 1
}
