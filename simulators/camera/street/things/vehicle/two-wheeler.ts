import type { Part, Thing } from '../../engine/mesh.ts'
import { between, pick, type Random } from '../making/chance.ts'
import { partOf, type Piece } from '../making/piece.ts'
import type { Person } from '../person/person.ts'
import type { Mount } from '../person/pose.ts'
import { bicycle } from './bicycle.ts'
import { moped } from './moped.ts'
import { cargoTricycle } from './cargo-tricycle.ts'

const KINDS = ['moped', 'moped', 'moped', 'bicycle', 'bicycle', 'tricycle'] as const
export type TwoWheelerKind = (typeof KINDS)[number]

/** What a maker of one of them gives. */
export interface Ridden {
  readonly length: number
  /** Phase: one turn of the pedals, where there are some. */
  pieces(lights: boolean, phase: number): readonly Piece[]
  mount(phase: number): Mount
}

export interface TwoWheeler {
  readonly length: number
  thing(ride: { readonly phase: number; readonly lights?: boolean; readonly rider?: Person }): Thing
}

export function twoWheeler(random: Random, kind: TwoWheelerKind = pick(random, KINDS)): TwoWheeler {
  const made = madeOf(random, kind)
  return {
    length: made.length,
    thing({ phase, lights = false, rider }) {
      const parts: Part[] = [partOf('two-wheeler', made.pieces(lights, phase))]
      if (rider) parts.push(...rider.thing({ doing: 'riding', mount: made.mount(phase) }).parts)
      return { parts }
    },
  }
}

function madeOf(random: Random, kind: TwoWheelerKind): Ridden {
  switch (kind) {
    case 'moped':
      return moped(random)
    case 'bicycle':
      return bicycle(random, between(random, 0.95, 1.05))
    case 'tricycle':
      return cargoTricycle(random)
  }
}
