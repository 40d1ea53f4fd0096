import type { Label, Material, Mesh, Part } from '../../engine/mesh.ts'
import { bowed, frameAt } from './frame.ts'
import { meshOf, placed, type Shape } from './shape.ts'
import type { Vector } from './vector.ts'

/** A shape of one material. */
export type Piece = readonly [material: Material, shape: Shape]

/** One mesh a material. */
export function meshesOf(pieces: readonly Piece[]): Mesh[] {
  const byMaterial = new Map<Material, Shape[]>()
  for (const [material, shape] of pieces)
    byMaterial.set(material, [...(byMaterial.get(material) ?? []), shape])
  return [...byMaterial].map(([material, shapes]) => meshOf(material, ...shapes))
}

export function partOf(label: Label | undefined, pieces: readonly Piece[]): Part {
  return label === undefined ? { meshes: meshesOf(pieces) } : { label, meshes: meshesOf(pieces) }
}

/** Put somewhere, turned about its upright axis; bowed to its front and leaning to its side first. */
export function put(shape: Shape, at: Vector, turned = 0, front = 0, side = 0): Shape {
  return placed(shape, { ...bowed(bowed(frameAt(at), 0, 0, turned), front, side), at })
}

export function putAll(pieces: readonly Piece[], at: Vector, turned = 0, front = 0, side = 0): Piece[] {
  return pieces.map(([material, shape]) => [material, put(shape, at, turned, front, side)])
}

/** How high, how wide and how deep it is, from its lowest corner up. */
export function reach(pieces: readonly Piece[]): { readonly low: Vector; readonly high: Vector } {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (const [, { positions }] of pieces) {
    positions.forEach((value, i) => {
      low[i % 3] = Math.min(low[i % 3] ?? value, value)
      high[i % 3] = Math.max(high[i % 3] ?? value, value)
    })
  }
  return { low: [low[0] ?? 0, low[1] ?? 0, low[2] ?? 0], high: [high[0] ?? 0, high[1] ?? 0, high[2] ?? 0] }
}

/** Set on the ground, however it was bowed and turned. */
export function grounded(pieces: readonly Piece[]): Piece[] {
  const { low } = reach(pieces)
  return pieces.map(([material, shape]) => [material, placed(shape, frameAt([0, -low[1], 0]))])
}
