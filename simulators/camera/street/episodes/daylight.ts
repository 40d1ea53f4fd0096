import type { Thing } from '../engine/mesh.ts'
import type { Vector } from '../engine/vector.ts'
import type { Actor } from '../lives/actor.ts'
import { between, fork, type Random } from '../things/making/chance.ts'
import { grid } from '../things/making/grid.ts'
import { noise } from '../things/making/noise.ts'
import { painted, shaded } from '../things/making/paint.ts'
import { partOf } from '../things/making/piece.ts'
import type { Plot } from './plaza.ts'

/** From so high a thing darkens nothing but where its shadow falls, and no camera sees it. */
const ALOFT_M = 120

/** Of something overhead that sways in the wind. */
export function shadowOn(random: Random, plot: Plot, sun: Vector, fromMs: number, toMs: number): Actor {
  const thing: Thing = { parts: [partOf(undefined, [[{ colour: [0, 0, 0] }, disc(random)]])] }
  const far = ALOFT_M / sun[1]
  const place = { x: plot.x + sun[0] * far, y: plot.y + ALOFT_M, z: plot.z + sun[2] * far }
  return {
    at(ms) {
      if (ms < fromMs || ms >= toMs) return undefined
      return { id: 0, thing, place: { ...place, x: place.x + 0.12 * Math.sin(ms / 1_900) } }
    },
  }
}

/** As a window or a lamp throws it on the ground, brighter in its middle. */
export function lightPatch(random: Random): Thing {
  const grain = noise(fork(random))
  const colour = shaded([0.6, 0.57, 0.46], between(random, 0.8, 1.1))
  const patch = painted(64, 64, (u, v) => {
    const out = Math.hypot(u - 0.5, v - 0.5) * 2
    return out > 0.8 + 0.3 * grain(u * 24, v * 24, 0) ? undefined : colour
  })
  const [halfX, halfZ] = [between(random, 0.35, 0.8), between(random, 0.3, 0.6)]
  const flat = grid([
    [
      [-halfX, 0.006, -halfZ],
      [halfX, 0.006, -halfZ],
    ],
    [
      [-halfX, 0.006, halfZ],
      [halfX, 0.006, halfZ],
    ],
  ])
  return { parts: [partOf(undefined, [[patch, flat]])] }
}

function disc(random: Random) {
  const edge = noise(fork(random))
  const radius = between(random, 0.5, 0.9)
  const rim = Array.from({ length: 24 }, (_, i): Vector => {
    const angle = (i / 24) * 2 * Math.PI
    const out = radius * (1 + 0.5 * edge(Math.cos(angle) * 2, Math.sin(angle) * 2, 0))
    return [Math.sin(angle) * out, 0, -Math.cos(angle) * out]
  })
  return grid([rim, rim.map((): Vector => [0, 0, 0])], { around: true })
}
