import type { Material, Mesh } from './mesh.ts'
import type { Place } from './placed.ts'

/** Corners and triangles of what is drawn, as they stand in the world. Grows, and is used again for the next picture. */
export class Geometry {
  positions = new Float32Array(3 * 4_096)
  normals = new Float32Array(3 * 4_096)
  uvs = new Float32Array(2 * 4_096)
  /** Three a triangle. */
  corners = new Uint32Array(3 * 4_096)
  /** Of each triangle. */
  batch = new Uint16Array(4_096)
  /** What a mesh of one object is made of. */
  readonly batches: { readonly material: Material; readonly object: number }[] = []
  vertexCount = 0
  triangleCount = 0

  clear(): void {
    this.batches.length = 0
    this.vertexCount = 0
    this.triangleCount = 0
  }

  /** Gives the first of its corners. */
  addVertices(mesh: Mesh, { x, y = 0, z, turn = 0 }: Place): number {
    const first = this.vertexCount
    const count = mesh.positions.length / 3
    this.vertexCount += count
    if (3 * this.vertexCount > this.positions.length) this.#growVertices()
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    const { positions, normals, uvs } = this
    for (let i = 0; i < count; i++) {
      const to = 3 * (first + i)
      const [px, pz] = [mesh.positions[3 * i] as number, mesh.positions[3 * i + 2] as number]
      const [nx, nz] = [mesh.normals[3 * i] as number, mesh.normals[3 * i + 2] as number]
      positions[to] = px * cos + pz * sin + x
      positions[to + 1] = (mesh.positions[3 * i + 1] as number) + y
      positions[to + 2] = pz * cos - px * sin + z
      normals[to] = nx * cos + nz * sin
      normals[to + 1] = mesh.normals[3 * i + 1] as number
      normals[to + 2] = nz * cos - nx * sin
    }
    if (mesh.uvs) uvs.set(mesh.uvs, 2 * first)
    return first
  }

  addBatch(material: Material, object: number): number {
    return this.batches.push({ material, object }) - 1
  }

  addTriangle(a: number, b: number, c: number, batch: number): number {
    const id = this.triangleCount++
    if (id >= this.batch.length) this.#growTriangles()
    this.corners[3 * id] = a
    this.corners[3 * id + 1] = b
    this.corners[3 * id + 2] = c
    this.batch[id] = batch
    return id
  }

  #growVertices(): void {
    const count = 2 * this.vertexCount
    this.positions = grown(this.positions, new Float32Array(3 * count))
    this.normals = grown(this.normals, new Float32Array(3 * count))
    this.uvs = grown(this.uvs, new Float32Array(2 * count))
  }

  #growTriangles(): void {
    this.batch = grown(this.batch, new Uint16Array(2 * this.batch.length))
    this.corners = grown(this.corners, new Uint32Array(2 * this.corners.length))
  }
}

function grown<T extends Float32Array | Uint16Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
