import { fill, type Holes } from './fill.ts'
import type { Mesh, Texture } from './mesh.ts'
import { mipmapsOf } from './mipmaps.ts'
import type { Place, Placed } from './placed.ts'
import { cross, dot, unit, type Vector } from './vector.ts'

export interface ShadowOptions {
  /** Around the centre, in which shadows are seen. */
  readonly radiusM: number
  /** So many samples wide and high. */
  readonly size: number
}

/** Else a surface would shade itself. */
const CLEARANCE_M = 0.04

/** Samples a side. */
const BLOCK = 16
/** So far beyond a thing its shadow is still looked for. */
const MARGIN = 4

/** What the sun sees: where anything is nearer to it, is shadow. */
export class ShadowMap {
  readonly #size: number
  readonly #depth: Float32Array
  readonly #radiusM: number
  /** Samples a metre. */
  readonly #scale: number
  #sun: Vector = [0, 1, 0]
  #right: Vector = [1, 0, 0]
  #up: Vector = [0, 0, 1]
  #left = 0
  #bottom = 0
  /** Blocks in which anything was drawn: most of a map is empty. */
  readonly #touched: Uint8Array
  readonly #blocks: number
  #samples = new Float64Array(3 * 1_024)

  constructor({ radiusM, size }: ShadowOptions) {
    this.#size = size
    this.#radiusM = radiusM
    this.#scale = size / (2 * radiusM)
    this.#depth = new Float32Array(size * size)
    this.#blocks = Math.ceil(size / BLOCK)
    this.#touched = new Uint8Array(this.#blocks * this.#blocks)
  }

  /** Begins anew: what is to come throws its shadow away from the sun. */
  aim(sun: Vector, centre: Vector): void {
    this.#sun = sun
    this.#right = unit(cross([0, 1, 0.001], sun))
    this.#up = unit(cross(sun, this.#right))
    this.#left = dot(centre, this.#right) - this.#radiusM
    this.#bottom = dot(centre, this.#up) - this.#radiusM
    this.clear()
  }

  clear(): void {
    this.#depth.fill(-Infinity)
    this.#touched.fill(0)
  }

  draw({ thing, place }: Placed): void {
    for (const { meshes } of thing.parts) for (const mesh of meshes) this.#drawMesh(mesh, place)
  }

  /**
   * From 0 in shadow to 256 in the sun, of the place that begins there in a list of coordinates: lists and whole numbers
   * cost nothing to hand over, which counts in a loop over every pixel.
   */
  lightAt(places: Float32Array | Float64Array, at: number): number {
    const sun = this.#sun
    const right = this.#right
    const up = this.#up
    const size = this.#size
    const x = places[at] as number
    const y = places[at + 1] as number
    const z = places[at + 2] as number
    const u = (x * right[0] + y * right[1] + z * right[2] - this.#left) * this.#scale - 0.5
    const v = (x * up[0] + y * up[1] + z * up[2] - this.#bottom) * this.#scale - 0.5
    if (u < 0 || v < 0 || u >= size - 1 || v >= size - 1) return 256
    const column = u | 0
    const row = v | 0
    if (this.#touched[((row / BLOCK) | 0) * this.#blocks + ((column / BLOCK) | 0)] === 0) return 256
    const near = x * sun[0] + y * sun[1] + z * sun[2] + CLEARANCE_M
    const first = row * size + column
    const depth = this.#depth
    const du = u - column
    const dv = v - row
    let light = 0
    if ((depth[first] as number) <= near) light += (1 - du) * (1 - dv)
    if ((depth[first + 1] as number) <= near) light += du * (1 - dv)
    if ((depth[first + size] as number) <= near) light += (1 - du) * dv
    if ((depth[first + size + 1] as number) <= near) light += du * dv
    return (light * 256) | 0
  }

  /** How many of four places so many samples to the sides are in the sun. */
  lightAround(places: Float32Array | Float64Array, at: number, reach: number): number {
    const sun = this.#sun
    const right = this.#right
    const up = this.#up
    const size = this.#size
    const x = places[at] as number
    const y = places[at + 1] as number
    const z = places[at + 2] as number
    const column = ((x * right[0] + y * right[1] + z * right[2] - this.#left) * this.#scale) | 0
    const row = ((x * up[0] + y * up[1] + z * up[2] - this.#bottom) * this.#scale) | 0
    if (column < reach || row < reach || column >= size - reach || row >= size - reach) return 4
    if (this.#touched[((row / BLOCK) | 0) * this.#blocks + ((column / BLOCK) | 0)] === 0) return 4
    const near = x * sun[0] + y * sun[1] + z * sun[2] + CLEARANCE_M
    const depth = this.#depth
    const first = row * size + column
    return (
      ((depth[first - reach] as number) <= near ? 1 : 0) +
      ((depth[first + reach] as number) <= near ? 1 : 0) +
      ((depth[first - reach * size] as number) <= near ? 1 : 0) +
      ((depth[first + reach * size] as number) <= near ? 1 : 0)
    )
  }

  #drawMesh({ positions, indices, uvs, material: { texture } }: Mesh, place: Place): void {
    const samples = this.#project(positions, place)
    const target = { width: this.#size, height: this.#size, depth: this.#depth }
    const holed = uvs && texture && mipmapsOf(texture).hasHoles ? texture : undefined
    for (let i = 0; i < indices.length; i += 3) {
      const a = indices[i] as number
      let b = indices[i + 1] as number
      let c = indices[i + 2] as number
      // Either side throws a shadow.
      if (turnsBack(samples, a, b, c)) [b, c] = [c, b]
      const holes = holed && uvs ? holesOf(samples, uvs, holed, [a, b, c]) : undefined
      this.#touch(samples, a, b, c)
      fill(target, samples, a, b, c, 0, undefined, holes)
    }
  }

  #touch(at: Float64Array, a: number, b: number, c: number): void {
    const [ax, bx, cx] = [at[3 * a] as number, at[3 * b] as number, at[3 * c] as number]
    const [ay, by, cy] = [at[3 * a + 1] as number, at[3 * b + 1] as number, at[3 * c + 1] as number]
    const last = this.#blocks - 1
    const left = Math.max(0, Math.floor((Math.min(ax, bx, cx) - MARGIN) / BLOCK))
    const right = Math.min(last, Math.floor((Math.max(ax, bx, cx) + MARGIN) / BLOCK))
    const top = Math.max(0, Math.floor((Math.min(ay, by, cy) - MARGIN) / BLOCK))
    const bottom = Math.min(last, Math.floor((Math.max(ay, by, cy) + MARGIN) / BLOCK))
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) this.#touched[y * this.#blocks + x] = 1
    }
  }

  #project(positions: Float32Array, { x, y = 0, z, turn = 0 }: Place): Float64Array {
    if (positions.length > this.#samples.length) this.#samples = new Float64Array(2 * positions.length)
    const [samples, sun, right, up, scale] = [this.#samples, this.#sun, this.#right, this.#up, this.#scale]
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    for (let i = 0; i < positions.length; i += 3) {
      const [px, pz] = [positions[i] as number, positions[i + 2] as number]
      const wx = px * cos + pz * sin + x
      const wy = (positions[i + 1] as number) + y
      const wz = pz * cos - px * sin + z
      samples[i] = (wx * right[0] + wy * right[1] + wz * right[2] - this.#left) * scale
      samples[i + 1] = (wx * up[0] + wy * up[1] + wz * up[2] - this.#bottom) * scale
      samples[i + 2] = wx * sun[0] + wy * sun[1] + wz * sun[2]
    }
    return samples
  }
}

function turnsBack(at: Float64Array, a: number, b: number, c: number): boolean {
  const ax = at[3 * a] as number
  const ay = at[3 * a + 1] as number
  const across = ((at[3 * b] as number) - ax) * ((at[3 * c + 1] as number) - ay)
  return across < ((at[3 * c] as number) - ax) * ((at[3 * b + 1] as number) - ay)
}

/** Seen straight on by the sun, u and v are linear. */
function holesOf(
  at: Float64Array,
  uvs: Float32Array,
  { width, height, rgba }: Texture,
  corners: readonly [number, number, number],
): Holes {
  const [ax, bx, cx] = corners.map((corner) => at[3 * corner] ?? 0) as [number, number, number]
  const [ay, by, cy] = corners.map((corner) => at[3 * corner + 1] ?? 0) as [number, number, number]
  const plane = (k: 0 | 1) => {
    const [p = 0, q = 0, r = 0] = corners.map((corner) => uvs[2 * corner + k])
    return planeThrough(ax, ay, p, bx, by, q, cx, cy, r)
  }
  return { planes: Float64Array.of(...plane(0), ...plane(1), 0, 0, 1), width, height, rgba }
}

/** a, b, c of a·x + b·y + c. */
// oxlint-disable-next-line max-params
function planeThrough(
  ax: number,
  ay: number,
  a: number,
  bx: number,
  by: number,
  b: number,
  cx: number,
  cy: number,
  c: number,
): [number, number, number] {
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
  const x = ((b - a) * (cy - ay) - (c - a) * (by - ay)) / area
  const y = ((c - a) * (bx - ax) - (b - a) * (cx - ax)) / area
  return [x, y, a - x * ax - y * ay]
}
