import type { Material, Mesh, Part } from '../engine/mesh.ts'
import { between, chance, pick, type Random } from './making/chance.ts'
import { type Frame, ORIGIN } from './making/frame.ts'
import { grid } from './making/grid.ts'
import { stick } from './making/loft.ts'
import { blended, paint, painted, shaded } from './making/paint.ts'
import { bothSides, meshOf, placed, type Shape } from './making/shape.ts'
import type { Vector } from './making/vector.ts'

export interface Umbrella {
  /** Put where the frame's place is the foot of its pole and its up is the pole. */
  part(frame: Frame): Part
}

interface Canopy {
  readonly radius: number
  /** How much higher its middle is than its rim. */
  readonly rise: number
  /** Of the rim over the pole's foot. */
  readonly rim: number
  readonly ribs: number
  /** What hangs from the rim, in metres. */
  readonly valance: number
}

/** Ribs carry it, between them the cloth sags. */
function canopy({ radius, rise, rim, ribs, valance }: Canopy): Shape {
  const steps = ribs * 2
  const row = (share: number, drop = 0) =>
    Array.from({ length: steps }, (_, i): Vector => {
      const angle = Math.PI + (i / steps) * 2 * Math.PI
      const sag = i % 2 === 0 ? 1 : 1 - 0.07 * share
      const low = i % 2 === 0 ? 0 : 0.03 * radius * share
      const out = share * radius * sag
      return [Math.sin(angle) * out, rim + rise * (1 - share ** 1.7) - low - drop, -Math.cos(angle) * out]
    })
  const rows = [row(1), row(0.72), row(0.4), row(0)]
  if (valance > 0) rows.unshift(row(1, valance), row(1))
  return bothSides(grid(rows, { around: true }))
}

function canopyCloth(random: Random, colours: readonly [string, ...string[]]): Material {
  const first = paint(pick(random, colours))
  const second = chance(random, 0.45) ? paint(pick(random, colours)) : first
  const segments = Math.round(between(random, 2, 5)) * 2
  const band = chance(random, 0.3) ? between(random, 0.75, 0.9) : 2
  const wedge = chance(random, 0.7)
  return painted(64, 24, (u, v) => {
    const other = wedge ? Math.floor(u * segments) % 2 === 1 : v > 0.5
    const colour = v > band ? blended(second, [0.8, 0.8, 0.8], 0.6) : other ? second : first
    return shaded(colour, 0.9 + 0.1 * Math.cos(u * 2 * Math.PI * 8))
  })
}

const PARASOLS = [
  '#c8242b',
  '#1f4fa0',
  '#2a8a4a',
  '#e2e2de',
  '#e6b422',
  '#b33a6b',
  '#3aa0c8',
  '#d9632a',
  '#5b2f7d',
  '#cfc2a0',
] as const

/** Over a stall or a table. */
export function parasol(random: Random): Umbrella {
  const radius = between(random, 0.95, 1.6)
  const cloth = canopyCloth(random, PARASOLS)
  const square = chance(random, 0.2)
  const shape = canopy({
    radius,
    rise: radius * between(random, 0.22, 0.38),
    rim: between(random, 1.75, 2.15),
    ribs: square ? 4 : 8,
    valance: chance(random, 0.5) ? between(random, 0.08, 0.2) : 0,
  })
  return made(shape, cloth, stick([0, 0, 0], [0, 2.1, 0], 0.022))
}

const RAIN = [
  '#1a1a1e',
  '#22304d',
  '#7d1f2b',
  '#3b4a3c',
  '#b8425a',
  '#5f86b8',
  '#d9a7b8',
  '#e0c84a',
  '#c8d4da',
  '#6a4a86',
  '#2c7f78',
  '#e4e8ea',
] as const

/** In a hand: the foot of its pole is the handle. */
export function rainUmbrella(random: Random): Umbrella {
  const radius = between(random, 0.46, 0.62)
  const shape = canopy({
    radius,
    rise: radius * between(random, 0.4, 0.6),
    rim: between(random, 0.5, 0.62),
    ribs: 8,
    valance: 0,
  })
  return made(shape, canopyCloth(random, RAIN), stick([0, -0.12, 0], [0, 0.9, 0], 0.008, 4))
}

function made(shape: Shape, cloth: Material, pole: Shape): Umbrella {
  const still: readonly (readonly [Material, Shape])[] = [
    [cloth, shape],
    [{ colour: [0.55, 0.56, 0.58], gloss: 0.6 }, pole],
  ]
  return {
    part(frame) {
      const meshes = still.map(([material, part]): Mesh =>
        meshOf(material, frame === ORIGIN ? part : placed(part, frame)),
      )
      return { label: 'umbrella', meshes }
    },
  }
}
