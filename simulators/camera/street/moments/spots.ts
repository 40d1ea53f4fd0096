import type { Size } from '../engine/buffers.ts'
import { dot, plus, type Vector } from '../engine/vector.ts'
import type { View } from '../engine/view.ts'
import { between, type Random } from '../things/making/chance.ts'
import type { Strip } from '../world/strips.ts'

export interface Spot {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** Most places that come to mind are beyond the picture. */
const TRIES = 70

/** Finds room on the ground for one thing after another, where the camera sees it. */
export class Spots {
  readonly #taken: { readonly x: number; readonly z: number; readonly radius: number }[] = []
  readonly #view: View
  readonly #size: Size
  readonly #random: Random

  constructor(view: View, size: Size, random: Random) {
    this.#view = view
    this.#size = size
    this.#random = random
  }

  /** Nothing where no place was free after some tries; `along` narrows the strip to its near or far edge. */
  find(
    strip: Strip,
    radius: number,
    [from, to]: readonly [number, number] = [0, 1],
    nearest = 2,
  ): Spot | undefined {
    const wide = strip.far - strip.near
    for (let i = 0; i < TRIES; i++) {
      // More of them near: what is far off is small.
      const away = nearest + 34 * this.#random() ** 1.7
      const side = between(this.#random, -0.5, 0.5) * this.#view.width * away
      const { eye, ahead, right } = this.#view
      const at = plus(plus(eye, ahead, away), right, side)
      const z = strip.near + wide * between(this.#random, from, to)
      const spot = this.tryAt(at[0], z, radius, strip)
      if (spot) return spot
    }
    return undefined
  }

  tryAt(x: number, z: number, radius: number, { near, far, height: y }: Strip): Spot | undefined {
    if (z < near + 0.25 || z > far - 0.25) return undefined
    if (!this.#sees([x, y + 0.4, z])) return undefined
    const free = this.#taken.every((other) => Math.hypot(other.x - x, other.z - z) > other.radius + radius)
    if (!free) return undefined
    this.#taken.push({ x, z, radius })
    return { x, y, z }
  }

  #sees(point: Vector): boolean {
    const { eye, ahead, right, up, width } = this.#view
    const d = plus(point, eye, -1)
    const away = dot(d, ahead)
    const high = (width * this.#size.height) / this.#size.width
    const [across, lift] = [dot(d, right) / away, dot(d, up) / away]
    return away > 2 && Math.abs(across) < 0.52 * width && lift > -0.56 * high && lift < 0.6 * high
  }
}
