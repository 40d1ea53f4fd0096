import type { Placed } from './placed.ts'
import { ShadowMap } from './shadow-map.ts'
import type { Vector } from './vector.ts'

const SUN_MAP = { radiusM: 32, size: 1_024 }
const SKY_MAP = { radiusM: 24, size: 512 }
/** How many samples from a thing the sky is still partly hidden by it. */
const REACH = 2

/** Where things keep off the sun, and where they keep off the sky, as under a car. */
export class Shadows {
  readonly #sun = new ShadowMap(SUN_MAP)
  readonly #sky = new ShadowMap(SKY_MAP)

  #sunny = true

  /** Without sunshine nobody asks what the sun does. */
  aim(sun: Vector, centre: Vector, sunny: boolean): void {
    this.#sunny = sunny
    this.#sun.aim(sun, centre)
    this.#sky.aim([0, 1, 0], centre)
  }

  clear(): void {
    this.#sun.clear()
    this.#sky.clear()
  }

  draw(placed: Placed): void {
    if (this.#sunny) this.#sun.draw(placed)
    this.#sky.draw(placed)
  }

  /** From 0 to 256, of the place that begins there in a list of coordinates. */
  sunAt(places: Float32Array | Float64Array, at: number): number {
    return this.#sun.lightAt(places, at)
  }

  /** From 0 to 4: how open the sky is on four sides. */
  skyAt(places: Float32Array | Float64Array, at: number): number {
    return this.#sky.lightAround(places, at, REACH)
  }
}
