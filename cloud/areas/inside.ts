import type { Border } from '@ganzhi/contracts/area'
import { polygonsOf, type Ring } from './border.ts'

/**
 * Whether a place lies within a border, holes taken out. Of two areas that share a stretch of border, position by
 * position, exactly one has a place that lies on it.
 */
export function isInside(border: Border, lon: number, lat: number): boolean {
  return polygonsOf(border).some((rings) => {
    let inside = false
    for (const ring of rings) if (isOddlyCrossed(ring, lon, lat)) inside = !inside
    return inside
  })
}

/** By a ray to the east. */
function isOddlyCrossed(ring: Ring, lon: number, lat: number): boolean {
  let odd = false
  for (let i = 1; i < ring.length; i++) {
    if (isCrossed(ring[i - 1] as Position, ring[i] as Position, lon, lat)) odd = !odd
  }
  return odd
}

type Position = readonly [lon: number, lat: number]

function isCrossed(a: Position, b: Position, lon: number, lat: number): boolean {
  if (a[1] > lat === b[1] > lat) return false
  // From the south to the north: a neighbour runs through the same stretch the other way, and must get the same number.
  const [south, north] = a[1] < b[1] ? [a, b] : [b, a]
  return lon < south[0] + ((north[0] - south[0]) * (lat - south[1])) / (north[1] - south[1])
}
