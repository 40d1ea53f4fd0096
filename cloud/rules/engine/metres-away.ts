export type Position = readonly [lon: number, lat: number]

/** Mean radius, IUGG. */
const EARTH_M = 6_371_008.8
const RADIANS = Math.PI / 180

/** How far a place is from a way; from a closed one, from what it encloses. Of what is near, as on a map with this place in its middle. */
export function metresAway(way: readonly Position[], isClosed: boolean, lon: number, lat: number): number {
  const east = EARTH_M * RADIANS * Math.cos(lat * RADIANS)
  const north = EARTH_M * RADIANS
  let squared = Infinity
  let inside = false
  for (let i = isClosed ? 0 : 1; i < way.length; i += 1) {
    const [from, to] = [way[i === 0 ? way.length - 1 : i - 1] as Position, way[i] as Position]
    const [x, y] = [degreesEast(lon, from[0]) * east, (from[1] - lat) * north]
    const [dx, dy] = [degreesEast(from[0], to[0]) * east, (to[1] - from[1]) * north]
    const length = dx * dx + dy * dy
    // Where on the stretch the place is nearest: 0 at its beginning, 1 at its end.
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(x * dx + y * dy) / length))
    squared = Math.min(squared, (x + along * dx) ** 2 + (y + along * dy) ** 2)
    // Does a ray to the east cross it?
    if (y > 0 !== y + dy > 0 && x - (y / dy) * dx > 0) inside = !inside
  }
  return isClosed && inside ? 0 : Math.sqrt(squared)
}

/** The short way round. */
function degreesEast(from: number, to: number): number {
  const east = to - from
  return east > 180 ? east - 360 : east < -180 ? east + 360 : east
}
