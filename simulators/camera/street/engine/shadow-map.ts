import { fill, type Holes } from './fill.ts'
import type { Mesh } from './mesh.ts'
import { mipmapsOf } from './mipmaps.ts'
import type { Place, Placed } from './placed.ts'
import { cross, dot, unit, type Vector } from './vector.ts'

export interface ShadowOptions {
  /** Towards the sun. */
  readonly sun: Vector
  readonly centre: Vector
  /** Around the centre, in which shadows are seen. */
  readonly radiusM: number
  /** So many samples wide and high. */
  readonly size: number
}

/** Else a surface would shade itself. */
const CLEARANCE_M = 0.04

/** Samples a side. */
const BLOCK = 16

/** What the sun sees: where anything is nearer to it, is shadow. */
export class ShadowMap {
  readonly #sun: Vector
  readonly #size: number
  readonly #depth: Float32Array
  readonly #right: Vector
  readonly #up: Vector
  /** Samples a metre. */
  readonly #scale: number
  readonly #left: number
  readonly #bottom: number
  /** Blocks in which anything was drawn: most of a map is empty. */
  readonly #touched: Uint8Array
  readonly #blocks: number
  #samples = new Float64Array(3 * 1_024)

  constructor({ sun, centre, radiusM, size }: ShadowOptions) {
    this.#sun = sun
    this.#size = size
    this.#depth = new Float32Array(size * size)
    this.#blocks = Math.ceil(size / BLOCK)
    this.#touched = new Uint8Array(this.#blocks * this.#blocks)
    this.#right = unit(cross([0, 1, 0.001], sun))
    this.#up = unit(cross(sun, this.#right))
    this.#scale = size / (2 * radiusM)
    this.#left = dot(centre, this.#right) - radiusM
    this.#bottom = dot(centre, this.#up) - radiusM
    this.clear()
  }

  clear(): void {
    this.#depth.fill(-Infinity)
    this.#touched.fill(0)
  }

  draw({ thing, place }: Placed): void {
    for (const { meshes } of thing.parts) for (const mesh of meshes) this.#drawMesh(mesh, place)
  }

  /** 0 in shadow, 1 in the sun, and between at its edge. */
  lightAt(x: number, y: number, z: number): number {
    const [sun, right, up, size] = [this.#sun, this.#right, this.#up, this.#size]
    const u = (x * right[0] + y * right[1] + z * right[2] - this.#left) * this.#scale - 0.5
    const v = (x * up[0] + y * up[1] + z * up[2] - this.#bottom) * this.#scale - 0.5
    const column = Math.floor(u)
    const row = Math.floor(v)
    if (column < 0 || row < 0 || column >= size - 1 || row >= size - 1) return 1
    if (this.#touched[Math.floor(row / BLOCK) * this.#blocks + Math.floor(column / BLOCK)] === 0) return 1
    const near = x * sun[0] + y * sun[1] + z * sun[2] + CLEARANCE_M
    const at = row * size + column
    const depth = this.#depth
    const [du, dv] = [u - column, v - row]
    const below = ((depth[at] as number) > near ? 0 : 1 - du) + ((depth[at + 1] as number) > near ? 0 : du)
    const above =
      ((depth[at + size] as number) > near ? 0 : 1 - du) + ((depth[at + size + 1] as number) > near ? 0 : du)
    return below * (1 - dv) + above * dv
  }

  #drawMesh({ positions, indices, uvs, material: { texture } }: Mesh, place: Place): void {
    const samples = this.#project(positions, place)
    const target = { width: this.#size, height: this.#size, depth: this.#depth }
    const holed = uvs && texture && mipmapsOf(texture).hasHoles ? texture : undefined
    for (let i = 0; i < indices.length; i += 3) {
      let [a = 0, b = 0, c = 0] = [indices[i], indices[i + 1], indices[i + 2]]
      const [ax = 0, ay = 0, az = 0] = [samples[3 * a], samples[3 * a + 1], samples[3 * a + 2]]
      let [bx = 0, by = 0, bz = 0] = [samples[3 * b], samples[3 * b + 1], samples[3 * b + 2]]
      let [cx = 0, cy = 0, cz = 0] = [samples[3 * c], samples[3 * c + 1], samples[3 * c + 2]]
      // Either side throws a shadow.
      if ((bx - ax) * (cy - ay) < (cx - ax) * (by - ay)) {
        ;[b, c, bx, by, bz, cx, cy, cz] = [c, b, cx, cy, cz, bx, by, bz]
      }
      let holes: Holes | undefined
      if (holed && uvs) {
        const [u, v] = [(k: number) => uvs[2 * k] ?? 0, (k: number) => uvs[2 * k + 1] ?? 0]
        const plane = (p: number, q: number, r: number) => planeThrough(ax, ay, p, bx, by, q, cx, cy, r)
        const planes = Float64Array.of(...plane(u(a), u(b), u(c)), ...plane(v(a), v(b), v(c)), 0, 0, 1)
        holes = { planes, width: holed.width, height: holed.height, rgba: holed.rgba }
      }
      this.#touch(Math.min(ax, bx, cx), Math.min(ay, by, cy), Math.max(ax, bx, cx), Math.max(ay, by, cy))
      fill(target, ax, ay, az, bx, by, bz, cx, cy, cz, 0, undefined, holes)
    }
  }

  #touch(x1: number, y1: number, x2: number, y2: number): void {
    const block = (at: number) => Math.min(this.#blocks - 1, Math.max(0, Math.floor(at / BLOCK)))
    const right = block(x2 + 1)
    const bottom = block(y2 + 1)
    for (let y = block(y1 - 1); y <= bottom; y++) {
      for (let x = block(x1 - 1); x <= right; x++) this.#touched[y * this.#blocks + x] = 1
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
