import type { Thing } from '../engine/mesh.ts'
import type { Place } from '../engine/placed.ts'
import type { Actor } from './actor.ts'

/** A thing lies there from one moment to another. */
export function lying(id: number, thing: Thing, place: Place, fromMs: number, toMs: number): Actor {
  return { at: (ms) => (ms >= fromMs && ms < toMs ? { id, thing, place } : undefined) }
}

/** Pushed before somebody, and standing there while he does: as far before him as its seller stands behind it. */
export function pushedBy(id: number, thing: Thing, pusher: Actor, beforeM: number, asideM: number): Actor {
  return {
    at(ms) {
      const placed = pusher.at(ms)
      if (!placed) return undefined
      const { x, z, turn = 0, ...place } = placed.place
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
      const at = { x: x - beforeM * sin - asideM * cos, z: z - beforeM * cos + asideM * sin, turn }
      return { id, thing, place: { ...place, ...at } }
    },
  }
}
