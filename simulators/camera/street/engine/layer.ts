import type { Size } from './buffers.ts'
import { type Count, fill, type Holes } from './fill.ts'
import { Geometry } from './geometry.ts'
import type { Label, Mesh } from './mesh.ts'
import { mipmapsOf } from './mipmaps.ts'
import type { Placed } from './placed.ts'
import { cornerPlanes } from './planes.ts'
import { dot, plus, type Vector } from './vector.ts'
import type { Tiles } from './tiles.ts'
import type { View } from './view.ts'

/** Edges are smooth since each pixel is the mean of 2 × 2 samples. */
export const SAMPLES = 2
const NEAR_M = 0.15

/** What has a box (parts of one thing share its id), and how much of it was drawn, hidden or not. */
export interface DrawnObject {
  readonly id: number
  readonly label: Label
  readonly samples: number
  /** Of its extent on the picture plane, what is within the picture. */
  readonly inside: number
}

/** Things as one view sees them: of each sample the nearest triangle, which is given light later. */
export class Layer {
  readonly geometry = new Geometry()
  readonly width: number
  readonly height: number
  /** 1 / distance. */
  readonly depth: Float32Array
  /** -1 where nothing is. */
  readonly triangle: Int32Array
  /** From number 1 on. */
  readonly objects: DrawnObject[] = []
  readonly #stamp: Uint16Array
  #screen = new Float64Array(3 * 4_096)
  readonly #extent = [0, 0, 0, 0]
  readonly #planes = new Float64Array(9)
  #first = 1

  constructor({ width, height }: Size) {
    this.width = width * SAMPLES
    this.height = height * SAMPLES
    this.depth = new Float32Array(this.width * this.height)
    this.triangle = new Int32Array(this.width * this.height)
    this.#stamp = new Uint16Array(this.width * this.height)
  }

  /** Of another layer behind it, only those tiles are given back that anything was drawn on, or will be. */
  begin(behind?: Layer, tiles?: Tiles): void {
    this.geometry.clear()
    this.objects.length = 0
    this.#first = 1 + (behind?.objects.length ?? 0)
    if (!behind || !tiles) {
      this.triangle.fill(-1)
      this.#stamp.fill(0)
      this.depth.fill(0)
      return
    }
    const size = { width: this.width / SAMPLES, height: this.height / SAMPLES }
    tiles.forEachRun(size, (y, left, right) => {
      for (let row = SAMPLES * y; row < SAMPLES * (y + 1); row++) {
        const [from, to] = [row * this.width + SAMPLES * left, row * this.width + SAMPLES * right]
        this.triangle.fill(-1, from, to)
        this.#stamp.fill(0, from, to)
        this.depth.set(behind.depth.subarray(from, to), from)
      }
    })
  }

  draw(view: View, { thing, place, id }: Placed): void {
    for (const { label, meshes } of thing.parts) {
      const number = label ? this.#first + this.objects.length : 0
      const count: Count | undefined = label && { stamp: this.#stamp, object: number, samples: 0 }
      this.#extent.splice(0, 4, Infinity, Infinity, -Infinity, -Infinity)
      for (const mesh of meshes) this.#drawMesh(view, mesh, place, number, count)
      if (!label) continue
      const inside = this.#insideShare()
      this.objects.push({ id, label, samples: count?.samples ?? 0, inside })
    }
  }

  #drawMesh(view: View, mesh: Mesh, place: Placed['place'], object: number, count: Count | undefined): void {
    const { geometry } = this
    const first = geometry.addVertices(mesh, place)
    const vertices = geometry.vertexCount - first
    if (3 * vertices > this.#screen.length) this.#screen = new Float64Array(6 * vertices)
    const anyAhead = this.#project(view, first, vertices)
    if (!anyAhead) {
      geometry.vertexCount = first
      return
    }
    const batch = geometry.addBatch(mesh.material, object)
    const screen = this.#screen
    const { indices } = mesh
    for (let i = 0; i < indices.length; i += 3) {
      const a = indices[i] as number
      const b = indices[i + 1] as number
      const c = indices[i + 2] as number
      const ahead = Number(isAhead(screen, a)) + Number(isAhead(screen, b)) + Number(isAhead(screen, c))
      if (ahead === 3) this.#drawWhole(view, mesh, first, a, b, c, batch, count)
      else if (ahead > 0) this.#drawCut(view, mesh, first, [a, b, c], batch, count)
    }
  }

  /** Into x and y of samples and 1 / distance, which is 0 where it is behind the viewer. */
  #project({ eye, right, up, ahead, width }: View, first: number, count: number): boolean {
    const screen = this.#screen
    const { positions } = this.geometry
    const focal = this.width / width
    const [cx, cy] = [this.width / 2, this.height / 2]
    const extent = this.#extent
    let [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = extent
    let anyAhead = false
    for (let i = 0; i < count; i++) {
      const from = 3 * (first + i)
      const dx = (positions[from] as number) - eye[0]
      const dy = (positions[from + 1] as number) - eye[1]
      const dz = (positions[from + 2] as number) - eye[2]
      const away = dx * ahead[0] + dy * ahead[1] + dz * ahead[2]
      if (away < NEAR_M) {
        screen[3 * i + 2] = 0
        continue
      }
      anyAhead = true
      const x = cx + (focal * (dx * right[0] + dy * right[1] + dz * right[2])) / away
      const y = cy - (focal * (dx * up[0] + dy * up[1] + dz * up[2])) / away
      screen[3 * i] = x
      screen[3 * i + 1] = y
      screen[3 * i + 2] = 1 / away
      if (x < x1) x1 = x
      if (x > x2) x2 = x
      if (y < y1) y1 = y
      if (y > y2) y2 = y
    }
    extent[0] = x1
    extent[1] = y1
    extent[2] = x2
    extent[3] = y2
    return anyAhead
  }

  // oxlint-disable-next-line max-params -- a list for each triangle would be thousands in a picture
  #drawWhole(
    view: View,
    mesh: Mesh,
    first: number,
    a: number,
    b: number,
    c: number,
    batch: number,
    count: Count | undefined,
  ): void {
    if (!facesViewer(this.#screen, a, b, c)) return
    const id = this.geometry.addTriangle(first + a, first + b, first + c, batch)
    fill(this, this.#screen, a, c, b, id, count, this.#holesOf(view, mesh, id))
  }

  /** Of a triangle that reaches behind the viewer, what is before him: three or four corners. */
  #drawCut(
    view: View,
    mesh: Mesh,
    first: number,
    corners: readonly [number, number, number],
    batch: number,
    count: Count | undefined,
  ): void {
    const { positions } = this.geometry
    const seen = corners.map((corner) => inView(view, positions, first + corner))
    const cut: number[] = []
    seen.forEach((from, i) => {
      const to = seen[(i + 1) % 3] as Vector
      if (from[2] >= NEAR_M) cut.push(...this.#onScreen(view, from))
      if (from[2] >= NEAR_M === to[2] >= NEAR_M) return
      const share = (NEAR_M - from[2]) / (to[2] - from[2])
      cut.push(...this.#onScreen(view, plus(from, plus(to, from, -1), share)))
    })
    const screen = Float64Array.from(cut)
    if (!facesViewer(screen, 0, 1, 2)) return
    const [a, b, c] = corners
    const id = this.geometry.addTriangle(first + a, first + b, first + c, batch)
    const holes = this.#holesOf(view, mesh, id)
    fill(this, screen, 0, 2, 1, id, count, holes)
    if (screen.length > 9) fill(this, screen, 0, 3, 2, id, count, holes)
  }

  #onScreen({ width }: View, [x, y, z]: Vector): number[] {
    const focal = this.width / width
    return [this.width / 2 + (focal * x) / z, this.height / 2 - (focal * y) / z, 1 / z]
  }

  #holesOf(view: View, { material: { texture }, uvs }: Mesh, id: number): Holes | undefined {
    if (!texture || !uvs || !mipmapsOf(texture).hasHoles) return undefined
    cornerPlanes(view, this.geometry, id, this, this.#planes)
    const { geometry } = this
    const planes = new Float64Array(9)
    for (let i = 0; i < 3; i++) {
      const uv = 2 * (geometry.corners[3 * id + i] as number)
      for (let k = 0; k < 3; k++) {
        const share = this.#planes[3 * i + k] as number
        planes[k] = (planes[k] as number) + share * (geometry.uvs[uv] as number)
        planes[3 + k] = (planes[3 + k] as number) + share * (geometry.uvs[uv + 1] as number)
        planes[6 + k] = (planes[6 + k] as number) + share
      }
    }
    return { planes, width: texture.width, height: texture.height, rgba: texture.rgba }
  }

  /** 1 where nothing of it is beyond the edges. */
  #insideShare(): number {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = this.#extent
    const width = Math.min(x2, this.width) - Math.max(x1, 0)
    const height = Math.min(y2, this.height) - Math.max(y1, 0)
    if (width <= 0 || height <= 0) return 0
    return (width * height) / ((x2 - x1) * (y2 - y1))
  }
}

function isAhead(screen: Float64Array, corner: number): boolean {
  return (screen[3 * corner + 2] as number) > 0
}

/** Counter-clockwise seen upright is clockwise where y runs down. */
function facesViewer(screen: Float64Array, a: number, b: number, c: number): boolean {
  const ax = screen[3 * a] as number
  const ay = screen[3 * a + 1] as number
  const across = ((screen[3 * b] as number) - ax) * ((screen[3 * c + 1] as number) - ay)
  return across < ((screen[3 * c] as number) - ax) * ((screen[3 * b + 1] as number) - ay)
}

function inView({ eye, right, up, ahead }: View, positions: Float32Array, vertex: number): Vector {
  const at = positions.subarray(3 * vertex, 3 * vertex + 3)
  const d: Vector = [(at[0] ?? 0) - eye[0], (at[1] ?? 0) - eye[1], (at[2] ?? 0) - eye[2]]
  return [dot(d, right), dot(d, up), dot(d, ahead)]
}
