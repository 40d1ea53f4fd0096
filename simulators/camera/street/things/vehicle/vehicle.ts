import type { Colour, Material, Thing } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { between, chance, fork, pick, type Random, weighted } from '../making/chance.ts'
import { noise } from '../making/noise.ts'
import { paint, painted, shaded } from '../making/paint.ts'
import { meshesOf, type Piece, put } from '../making/piece.ts'
import { doors, fittings, pillars, undercarriage } from './fittings.ts'
import { PROFILES, type VehicleKind } from './profiles.ts'
import { cabin, lowerBody, type Profile } from './shell.ts'

const PAINTS = [
  '#f2f3f4',
  '#f2f3f4',
  '#e8e9ea',
  '#0e0f11',
  '#0e0f11',
  '#16181b',
  '#8d9196',
  '#a8acb0',
  '#5a5e63',
  '#c9ccd0',
  '#7a1c20',
  '#a01f24',
  '#1d3a6e',
  '#2a5a9c',
  '#3c3a36',
  '#6b5238',
  '#b8a888',
  '#1f4a3a',
  '#d8dfe0',
  '#d98a2a',
] as const
const FLEETS = {
  taxi: ['#d8a51f', '#2f9a8a', '#2c6fc0', '#c83a2a'],
  bus: ['#2f8f5a', '#2a6fb8', '#e8e8e4', '#d8742a', '#c8352f', '#5ab0a8'],
  works: ['#e8e8e6', '#c8cacc', '#2f5fa8', '#b8322c', '#e2e4e6'],
} as const
const GLASS: Material = { colour: [0.022, 0.027, 0.03], gloss: 1 }
export interface Vehicle {
  readonly length: number
  readonly width: number
  thing(lights: boolean): Thing
}

export function vehicle(
  random: Random,
  kind: VehicleKind = weighted(random, {
    sedan: 5,
    hatchback: 2,
    suv: 4,
    van: 1.6,
    minibus: 0.6,
    bus: 0.8,
    truck: 0.9,
  }),
): Vehicle {
  const profile = variant(random, PROFILES[kind])
  const colour = coatOf(random, kind)
  const body = meshesOf([...bodywork(random, profile, kind, colour), ...undercarriage(random, profile)])
  const electric = chance(random, 0.3)
  const dark = meshesOf(fittings(profile, false, electric))
  const lit = meshesOf(fittings(profile, true, electric))
  return {
    length: profile.length,
    width: profile.width,
    thing: (lights) => ({ parts: [{ label: 'vehicle', meshes: [...body, ...(lights ? lit : dark)] }] }),
  }
}

/** No two makers build the same. */
function variant(random: Random, base: Profile): Profile {
  const size = between(random, 0.95, 1.05)
  const [waist, rake, tail] = [
    between(random, -0.03, 0.04),
    between(random, -0.025, 0.02),
    between(random, -0.04, 0.02),
  ]
  const steep = base.cabin.roof[0] - base.cabin.waist[0] > 0.05 ? 1 : 0.2
  return {
    ...base,
    length: base.length * size,
    width: base.width * between(random, 0.98, 1.03),
    roof: base.roof * between(random, 0.97, 1.03),
    waist: base.waist.map(([along, height]) => [along, height + waist] as const),
    cabin: {
      waist: base.cabin.waist,
      roof: [base.cabin.roof[0] + rake * steep, base.cabin.roof[1] + tail * steep],
    },
  }
}

function coatOf(random: Random, kind: VehicleKind): Colour {
  const fleet =
    kind === 'bus'
      ? FLEETS.bus
      : kind === 'truck' || kind === 'van' || kind === 'minibus'
        ? FLEETS.works
        : chance(random, 0.12)
          ? FLEETS.taxi
          : PAINTS
  return shaded(paint(pick<string>(random, fleet)), between(random, 0.85, 1.05))
}

function bodywork(random: Random, profile: Profile, kind: VehicleKind, colour: Colour): Piece[] {
  const coat: Material = { colour, gloss: 0.85 }
  const roofLine = kind === 'bus' ? 0.8 : 0.84
  const pieces: Piece[] = [
    [sided(random, colour, kind), lowerBody(profile)],
    [GLASS, cabin(profile, 0, 0.97)],
    [coat, cabin(profile, roofLine, 1, 0.012)],
    ...pillars(profile, coat, kind),
    ...doors(profile, kind),
  ]
  if (kind === 'truck') pieces.push(...cargo(random, profile, colour))
  return pieces
}

/** Dirty along the sills; buses have stripes. */
function sided(random: Random, colour: Colour, kind: VehicleKind): Material {
  const dirt = noise(fork(random))
  const stripe = kind === 'bus' ? paint(pick(random, ['#f2f2f0', '#f2c83a', '#1f4fa0'])) : colour
  // Round the body goes u, its top is in the middle.
  return painted(
    32,
    16,
    (u, v) => {
      const low = Math.abs(u - 0.5) > 0.36 ? 0.6 : 1
      const base = Math.abs(Math.abs(u - 0.5) - 0.24) < 0.04 ? stripe : colour
      return shaded(base, (0.96 + 0.06 * dirt(u * 8, v * 8, 0)) * low)
    },
    0.8,
  )
}

function cargo(random: Random, { length, width }: Profile, colour: Colour): Piece[] {
  const [long, middle] = [length * 0.69, length * 0.5 - length * 0.345]
  const form = pick(random, ['box', 'box', 'bed', 'tilt'] as const)
  const skin: Material = {
    colour:
      form === 'tilt'
        ? paint(pick(random, ['#2a4a6a', '#3f6a44', '#7a7f86']))
        : chance(random, 0.6)
          ? paint('#d8dadc')
          : colour,
    gloss: 0.2,
  }
  if (form === 'box' || form === 'tilt')
    return [[skin, put(box(width * 1.05, between(random, 1.5, 1.9), long), [0, 0.78, middle])]]
  const wall = (w: number, d: number, x: number, z: number): Piece => [
    skin,
    put(box(w, 0.42, d), [x, 0.78, middle + z]),
  ]
  return [
    [skin, put(box(width, 0.08, long), [0, 0.74, middle])],
    wall(0.05, long, width / 2, 0),
    wall(0.05, long, -width / 2, 0),
    wall(width, 0.05, 0, long / 2),
    wall(width, 0.05, 0, -long / 2),
  ]
}
