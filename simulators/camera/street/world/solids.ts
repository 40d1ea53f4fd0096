import type { Material, Mesh } from '../engine/mesh.ts'
import { cross, plus, unit, type Vector } from '../engine/vector.ts'

interface Growing {
  readonly positions: number[]
  readonly normals: number[]
  readonly uvs: number[]
  readonly indices: number[]
}

/** Collects surfaces; what is of one material becomes one mesh. */
export class Solids {
  readonly #byMaterial = new Map<Material, Growing>()

  /** Corners from the lower left counter-clockwise; `tiles` across and up. */
  quad(
    material: Material,
    [a, b, c, d]: readonly [Vector, Vector, Vector, Vector],
    [across, up]: readonly [number, number] = [1, 1],
    [u, v]: readonly [number, number] = [0, 0],
  ): void {
    const normal = unit(cross(plus(d, a, -1), plus(b, a, -1)))
    const first = this.#add(
      material,
      [a, b, c, d],
      [normal, normal, normal, normal],
      [u, v + up, u + across, v + up, u + across, v, u, v],
    )
    this.#of(material).indices.push(first, first + 1, first + 2, first, first + 2, first + 3)
  }

  /** On the ground or above it. */
  floor(material: Material, [x1, z1, x2, z2]: readonly number[], y: number, tileM: number): void {
    const [left = 0, near = 0, right = 0, far = 0] = [x1, z1, x2, z2]
    this.quad(
      material,
      [
        [left, y, near],
        [right, y, near],
        [right, y, far],
        [left, y, far],
      ],
      [(right - left) / tileM, (far - near) / tileM],
      [left / tileM, near / tileM],
    )
  }

  /** Without an underside. */
  box(material: Material, [x1, y1, z1]: Vector, [x2, y2, z2]: Vector, tileM = 1, top = material): void {
    const [w, h, d] = [(x2 - x1) / tileM, (y2 - y1) / tileM, (z2 - z1) / tileM]
    this.quad(
      material,
      [
        [x1, y1, z1],
        [x2, y1, z1],
        [x2, y2, z1],
        [x1, y2, z1],
      ],
      [w, h],
    )
    this.quad(
      material,
      [
        [x2, y1, z2],
        [x1, y1, z2],
        [x1, y2, z2],
        [x2, y2, z2],
      ],
      [w, h],
    )
    this.quad(
      material,
      [
        [x1, y1, z2],
        [x1, y1, z1],
        [x1, y2, z1],
        [x1, y2, z2],
      ],
      [d, h],
    )
    this.quad(
      material,
      [
        [x2, y1, z1],
        [x2, y1, z2],
        [x2, y2, z2],
        [x2, y2, z1],
      ],
      [d, h],
    )
    this.quad(
      top,
      [
        [x1, y2, z1],
        [x2, y2, z1],
        [x2, y2, z2],
        [x1, y2, z2],
      ],
      [w, d],
    )
  }

  /** From `from` to `to`, tapering, round where it has sides enough. */
  tube(material: Material, from: Vector, to: Vector, radii: readonly [number, number], sides = 8): void {
    const axis = unit(plus(to, from, -1))
    const one = unit(cross(Math.abs(axis[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0], axis))
    const other = cross(axis, one)
    const points: Vector[] = []
    const normals: Vector[] = []
    const uvs: number[] = []
    for (let i = 0; i <= sides; i++) {
      const angle = (i / sides) * 2 * Math.PI
      const out = plus(plus([0, 0, 0], one, Math.cos(angle)), other, Math.sin(angle))
      points.push(plus(from, out, radii[0]), plus(to, out, radii[1]))
      normals.push(out, out)
      uvs.push(i / sides, 1, i / sides, 0)
    }
    const first = this.#add(material, points, normals, uvs)
    const { indices } = this.#of(material)
    for (let i = 0; i < sides; i++) {
      const at = first + 2 * i
      indices.push(at, at + 1, at + 2, at + 2, at + 1, at + 3)
    }
  }

  meshes(): Mesh[] {
    return [...this.#byMaterial].map(([material, { positions, normals, uvs, indices }]) => ({
      material,
      positions: Float32Array.from(positions),
      normals: Float32Array.from(normals),
      uvs: Float32Array.from(uvs),
      indices: Uint32Array.from(indices),
    }))
  }

  #of(material: Material): Growing {
    const known = this.#byMaterial.get(material)
    if (known) return known
    const fresh = { positions: [], normals: [], uvs: [], indices: [] }
    this.#byMaterial.set(material, fresh)
    return fresh
  }

  #add(
    material: Material,
    points: readonly Vector[],
    normals: readonly Vector[],
    uvs: readonly number[],
  ): number {
    const to = this.#of(material)
    const first = to.positions.length / 3
    for (const point of points) to.positions.push(...point)
    for (const normal of normals) to.normals.push(...normal)
    to.uvs.push(...uvs)
    return first
  }
}
