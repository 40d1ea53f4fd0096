type Point = readonly [number, number]

/** Metres of a degree of latitude. */
const DEGREE_M = 111_195.08

/** How far a device at a place is from a line through points; of a polygon, from what it encloses. */
export function metresFrom(line: readonly Point[], isPolygon: boolean, lon: number, lat: number): number {
  const onMap = line.map(([x, y]): Point => [
    shortWay(x - lon) * DEGREE_M * Math.cos((lat / 180) * Math.PI),
    (y - lat) * DEGREE_M,
  ])
  if (isPolygon && isAround(onMap)) return 0
  const closed = isPolygon ? [...onMap, onMap[0] as Point] : onMap
  return Math.min(...closed.slice(1).map((to, i) => fromStretch(closed[i] as Point, to)))
}

function shortWay(degrees: number): number {
  if (degrees > 180) return degrees - 360
  return degrees < -180 ? degrees + 360 : degrees
}

/** Whether the points lie around the middle of the map: who looks at them one after the other turns once about himself. */
function isAround(points: readonly Point[]): boolean {
  const turned = points.map(([x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length] as Point
    return Math.atan2(x * nextY - y * nextX, x * nextX + y * nextY)
  })
  return Math.abs(turned.reduce((sum, angle) => sum + angle, 0)) > Math.PI
}

/** The middle of the map from a stretch: by its height in the triangle, where the angles at the stretch are acute. */
function fromStretch([ax, ay]: Point, [bx, by]: Point): number {
  const long = Math.hypot(bx - ax, by - ay)
  const [toA, toB] = [Math.hypot(ax, ay), Math.hypot(bx, by)]
  if (long === 0 || toA ** 2 + long ** 2 < toB ** 2) return toA
  if (toB ** 2 + long ** 2 < toA ** 2) return toB
  return Math.abs(ax * by - ay * bx) / long
}
