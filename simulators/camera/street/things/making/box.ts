import { emptyShape, type Shape } from './shape.ts'
import type { Vector } from './vector.ts'

const FACES: readonly (readonly [normal: Vector, right: Vector, up: Vector])[] = [
  [
    [0, 0, -1],
    [1, 0, 0],
    [0, 1, 0],
  ],
  [
    [0, 0, 1],
    [-1, 0, 0],
    [0, 1, 0],
  ],
  [
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ],
  [
    [-1, 0, 0],
    [0, 0, -1],
    [0, 1, 0],
  ],
  [
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ],
  [
    [0, -1, 0],
    [1, 0, 0],
    [0, 0, -1],
  ],
]

/** Stands on y = 0, in the middle of x and z; `taper` is how much of its width and depth is left at the top. */
export function box(width: number, height: number, depth: number, taper = 1): Shape {
  const shape = emptyShape()
  const corner = (at: Vector): Vector => {
    const narrow = at[1] > 0 ? taper : 1
    return [(at[0] * width * narrow) / 2, ((at[1] + 1) * height) / 2, (at[2] * depth * narrow) / 2]
  }
  for (const [normal, right, up] of FACES) {
    const first = shape.positions.length / 3
    for (const [u, v] of [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ] as const) {
      const at = [0, 1, 2].map((k) => (normal[k] ?? 0) + (right[k] ?? 0) * u + (up[k] ?? 0) * v)
      shape.positions.push(...corner([at[0] ?? 0, at[1] ?? 0, at[2] ?? 0]))
      shape.normals.push(...normal)
      shape.uvs.push((u + 1) / 2, (1 - v) / 2)
    }
    shape.indices.push(first, first + 1, first + 2, first, first + 2, first + 3)
  }
  return shape
}
