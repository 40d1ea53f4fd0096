import type { Size } from './buffers.ts'
import type { Light } from './light.ts'
import type { Placed } from './placed.ts'
import type { Tiles } from './tiles.ts'
import { dot, plus, type Vector } from './vector.ts'
import type { View } from './view.ts'

/** The sky is hidden a little beyond a thing. */
const AROUND_M = 0.35
const NEAR_M = 0.2

/** Marks where a thing is seen, and where its shadow may fall. */
export function markReach(tiles: Tiles, placed: Placed, view: View, light: Light, size: Size): void {
  const focal = size.width / view.width
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  let [before, behind] = [0, 0]
  for (const point of reachOf(placed, light)) {
    const d = plus(point, view.eye, -1)
    const away = dot(d, view.ahead)
    if (away < NEAR_M) {
      behind += 1
      continue
    }
    before += 1
    const x = size.width / 2 + (focal * dot(d, view.right)) / away
    const y = size.height / 2 - (focal * dot(d, view.up)) / away
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  if (before > 0 && behind > 0) return tiles.markAll()
  tiles.mark(left - 1, top - 1, right + 1, bottom + 1)
}

/** Corners of the box around it, and where the sun throws them on the ground. */
function* reachOf({ thing, place }: Placed, { sun, sunColour }: Light): Generator<Vector> {
  let [out, high] = [0, 0]
  for (const { meshes } of thing.parts) {
    for (const { positions } of meshes) {
      for (let i = 0; i < positions.length; i += 3) {
        out = Math.max(out, Math.abs(positions[i] as number), Math.abs(positions[i + 2] as number))
        high = Math.max(high, positions[i + 1] as number)
      }
    }
  }
  const reach = out * Math.SQRT2 + AROUND_M
  const { x, y = 0, z } = place
  for (const [dx, dz] of [
    [-reach, -reach],
    [reach, -reach],
    [-reach, reach],
    [reach, reach],
  ] as const) {
    const above: Vector = [x + dx, y + high, z + dz]
    yield above
    yield [x + dx, y - 0.2, z + dz]
    if (sunColour[0] > 0) yield plus(above, sun, -(above[1] + 0.2) / Math.max(0.1, sun[1]))
  }
}
