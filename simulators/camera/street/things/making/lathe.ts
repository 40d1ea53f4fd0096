import { grid } from './grid.ts'
import type { Shape } from './shape.ts'
import type { Vector } from './vector.ts'

/** Turned about the y axis: radius and height from the bottom up; a profile that is repeated at a point has an edge there. */
export function lathe(
  profile: readonly (readonly [radius: number, height: number])[],
  sides = 12,
  { wide = 1, high = 1 } = {},
): Shape {
  const rows = profile.map(([radius, height]) =>
    Array.from({ length: sides }, (_, i): Vector => {
      const angle = Math.PI + (i / sides) * 2 * Math.PI
      return [Math.sin(angle) * radius, height, -Math.cos(angle) * radius]
    }),
  )
  return grid(rows, { around: true, wide, high })
}
