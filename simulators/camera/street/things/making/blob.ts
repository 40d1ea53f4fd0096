import { grid } from './grid.ts'
import type { Shape } from './shape.ts'
import type { Vector } from './vector.ts'

/** A ball about the origin of radius 1, moved out and in by `bulge` (a factor, 1 is none) at each direction. */
export function blob(
  radii: Vector,
  bulge: (x: number, y: number, z: number) => number = () => 1,
  { rows = 7, sides = 10, wide = 1, high = 1 } = {},
): Shape {
  const points = Array.from({ length: rows + 1 }, (_, r) => {
    const lift = -Math.PI / 2 + (r / rows) * Math.PI
    const y = Math.sin(lift)
    const flat = r === 0 || r === rows ? 0 : Math.cos(lift)
    return Array.from({ length: sides }, (_, c): Vector => {
      const angle = Math.PI + (c / sides) * 2 * Math.PI
      const x = Math.sin(angle) * flat
      const z = -Math.cos(angle) * flat
      const out = bulge(x, y, z)
      return [x * radii[0] * out, y * radii[1] * out, z * radii[2] * out]
    })
  })
  return grid(points, { around: true, wide, high })
}
