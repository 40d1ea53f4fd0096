import type { Placed } from './placed.ts'
import { ShadowMap } from './shadow-map.ts'
import type { Vector } from './vector.ts'

const SUN_MAP = { radiusM: 32, size: 1_024 }
const SKY_MAP = { radiusM: 24, size: 384 }
/** How far from a thing the sky is still partly hidden by it. */
const REACH_M = 0.16

/** Where things keep off the sun, and where they keep off the sky, as under a car. */
export class Shadows {
  readonly #sun: ShadowMap
  readonly #sky: ShadowMap

  constructor(sun: Vector, centre: Vector) {
    this.#sun = new ShadowMap({ sun, centre, ...SUN_MAP })
    this.#sky = new ShadowMap({ sun: [0, 1, 0], centre, ...SKY_MAP })
  }

  clear(): void {
    this.#sun.clear()
    this.#sky.clear()
  }

  draw(placed: Placed): void {
    this.#sun.draw(placed)
    this.#sky.draw(placed)
  }

  /** Share of the sun, 0 to 1. */
  sunAt(x: number, y: number, z: number): number {
    return this.#sun.lightAt(x, y, z)
  }

  /** Share of the sky, 0.4 to 1. */
  skyAt(x: number, y: number, z: number): number {
    const sky = this.#sky
    const open =
      sky.lightAt(x - REACH_M, y, z) +
      sky.lightAt(x + REACH_M, y, z) +
      sky.lightAt(x, y, z - REACH_M) +
      sky.lightAt(x, y, z + REACH_M)
    return 0.4 + 0.15 * open
  }
}
