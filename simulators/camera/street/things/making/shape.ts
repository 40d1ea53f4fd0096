import type { Material, Mesh } from '../../engine/mesh.ts'
import type { Frame } from './frame.ts'
import type { Vector } from './vector.ts'

/** A mesh before it has a material: arrays that grow. */
export interface Shape {
  readonly positions: number[]
  readonly normals: number[]
  readonly uvs: number[]
  readonly indices: number[]
}

export function emptyShape(): Shape {
  return { positions: [], normals: [], uvs: [], indices: [] }
}

export function joined(...shapes: readonly Shape[]): Shape {
  const all = emptyShape()
  for (const shape of shapes) {
    const first = all.positions.length / 3
    for (const value of shape.positions) all.positions.push(value)
    for (const value of shape.normals) all.normals.push(value)
    for (const value of shape.uvs) all.uvs.push(value)
    for (const index of shape.indices) all.indices.push(first + index)
  }
  return all
}

/** Modelled at the origin with its front to -z, and put where the frame says. */
export function placed(shape: Shape, frame: Frame): Shape {
  const { at, side, up, front } = frame
  const turned = (values: readonly number[], from: Vector) => {
    const out: number[] = []
    for (let i = 0; i < values.length; i += 3) {
      const [x = 0, y = 0, z = 0] = [values[i], values[i + 1], values[i + 2]]
      for (const k of [0, 1, 2] as const) out.push(from[k] + x * side[k] + y * up[k] - z * front[k])
    }
    return out
  }
  return { ...shape, positions: turned(shape.positions, at), normals: turned(shape.normals, [0, 0, 0]) }
}

/** The same seen from within: for what is thin and shows both of its faces. */
export function bothSides(shape: Shape): Shape {
  const inner: Shape = {
    ...shape,
    normals: shape.normals.map((value) => -value),
    indices: shape.indices.map((_, i, all) => all[i % 3 === 0 ? i : i % 3 === 1 ? i + 1 : i - 1] ?? 0),
  }
  return joined(shape, inner)
}

export function meshOf(material: Material, ...shapes: readonly Shape[]): Mesh {
  let numbers = 0
  let corners = 0
  for (const { positions, indices } of shapes) {
    numbers += positions.length
    corners += indices.length
  }
  const positions = new Float32Array(numbers)
  const normals = new Float32Array(numbers)
  const uvs = new Float32Array(material.texture ? (numbers / 3) * 2 : 0)
  const indices = new Uint32Array(corners)
  let at = 0
  let corner = 0
  for (const shape of shapes) {
    const first = at / 3
    positions.set(shape.positions, at)
    normals.set(shape.normals, at)
    if (material.texture) uvs.set(shape.uvs, first * 2)
    for (const index of shape.indices) indices[corner++] = first + index
    at += shape.positions.length
  }
  return { positions, normals, ...(material.texture ? { uvs } : {}), indices, material }
}
