import type { Thing } from '../engine/mesh.ts'
import type { Actor } from '../lives/actor.ts'
import { lying } from '../lives/lying.ts'
import type { Point } from '../lives/way.ts'
import { between, chance } from '../things/making/chance.ts'
import type { ScriptOptions } from './episode.ts'
import { visitor } from './visitor.ts'

export interface Left {
  readonly thing: Thing
  readonly fromMs: number
  readonly toMs: number
  /** From the middle of the plot. */
  readonly at?: Point
  readonly turn?: number
  readonly takenBy?: 'passer-by' | 'sweeper'
}

const BESIDE_M = 1.05

/** Somebody brings a thing and leaves it; somebody comes for it. */
export function leave(options: ScriptOptions, left: Left): Actor[] {
  const { random, plot, firstId } = options
  const {
    thing,
    fromMs,
    toMs,
    at = { x: between(random, -0.5, 0.5), z: between(random, -0.4, 0.4) },
    turn = random() * 2 * Math.PI,
    takenBy = 'passer-by',
  } = left
  const beside = { x: at.x + (chance(random, 0.5) ? BESIDE_M : -BESIDE_M), z: at.z }
  const bringer = visitor(options, {
    number: 1,
    at: beside,
    arrivesMs: fromMs,
    leavesMs: fromMs + 1_200,
    pose: () => ({ doing: 'bending', depth: 0.7 }),
    coming: 'carrying',
  })
  const taker = visitor(options, {
    number: 2,
    kind: takenBy,
    at: beside,
    arrivesMs: toMs - 3_000,
    leavesMs: toMs + 1_000,
    pose: (phase) =>
      takenBy === 'sweeper' ? { doing: 'sweeping', phase } : { doing: 'bending', depth: 0.5 },
    going: 'carrying',
  })
  const place = { x: plot.x + at.x, y: plot.y, z: plot.z + at.z, turn }
  return [lying(firstId, thing, place, fromMs + 600, toMs), bringer, taker]
}
