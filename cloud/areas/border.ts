import { type Border, BORDERS } from '@ganzhi/contracts/area'
import type { Fault } from '@ganzhi/contracts/error'
import { fieldOf, schemaFaults } from '@ganzhi/contracts/schema'

export type Ring = readonly (readonly number[])[]
/** West, south, east, north. */
export type Bounds = readonly [number, number, number, number]

/** A border at the precision of a house number; more is no use, and a map would not draw it. */
const MOST_POSITIONS = 50_000
const REMEDY =
  '边界应为 WGS84 经纬度的 GeoJSON 多边形。 A border is a Polygon or MultiPolygon of GeoJSON in WGS84, [longitude, latitude].'

/** What keeps a value from being a border: all that is wrong with its form, or else with its first wrong ring. */
export function borderFaults(value: unknown): Fault[] {
  const type: unknown = (value as { type?: unknown } | undefined)?.type
  const schema = BORDERS[type === 'MultiPolygon' ? type : 'Polygon']
  const faults = schemaFaults(schema, value)
  if (faults.length > 0) {
    return faults.map(({ path, message }) => faultAt(path, message))
  }
  const border = value as Border
  const positions = [...ringsOf(border)].reduce((sum, { ring }) => sum + ring.length, 0)
  if (positions > MOST_POSITIONS) {
    return [
      faultAt(
        ['coordinates'],
        `坐标点过多 has ${positions} positions, more than ${MOST_POSITIONS}`,
        '先简化边界。 Simplify it first, for example with mapshaper.',
      ),
    ]
  }
  for (const { ring, path } of ringsOf(border)) {
    const fault = ringFault(ring, path)
    if (fault) return [fault]
  }
  return []
}

/** The rings of a border with the steps to each; of a polygon the first is the outer one. */
function* ringsOf(border: Border): Generator<{ ring: Ring; path: (string | number)[] }> {
  for (const [p, polygon] of polygonsOf(border).entries()) {
    const at = border.type === 'Polygon' ? ['coordinates'] : ['coordinates', p]
    for (const [r, ring] of polygon.entries()) yield { ring, path: [...at, r] }
  }
}

export function polygonsOf(border: Border): readonly (readonly Ring[])[] {
  return border.type === 'Polygon' ? [border.coordinates] : border.coordinates
}

function ringFault(ring: Ring, path: readonly (string | number)[]): Fault | undefined {
  for (const [i, [lon = NaN, lat = NaN]] of ring.entries()) {
    if (Math.abs(lon) <= 180 && Math.abs(lat) <= 90) continue
    return faultAt([...path, i], `不是经纬度 is no longitude and latitude: ${lon}, ${lat}`)
  }
  const [first = [], last = []] = [ring[0], ring.at(-1)]
  if (first[0] !== last[0] || first[1] !== last[1]) {
    return faultAt(path, '未闭合：末点应同首点 is not closed: its last position must be its first')
  }
  if (isFlat(ring)) return faultAt(path, '没有面积 encloses nothing')
  return undefined
}

/** All of its positions lie on one line. */
function isFlat(ring: Ring): boolean {
  const [x0 = 0, y0 = 0] = ring[0] ?? []
  const away = ring.find(([x, y]) => x !== x0 || y !== y0)
  if (!away) return true
  const [dx, dy] = [(away[0] ?? 0) - x0, (away[1] ?? 0) - y0]
  return ring.every(([x = 0, y = 0]) => dx * (y - y0) === dy * (x - x0))
}

function faultAt(path: readonly (string | number)[], message: string, remedy = REMEDY): Fault {
  return { field: fieldOf(['border', ...path]), message, remedy }
}

/** Without heights, and nothing that is no border's. */
export function plainBorder(border: Border): Border {
  const flat = (polygon: readonly Ring[]) =>
    polygon.map((ring) => ring.map(([lon = 0, lat = 0]) => [lon, lat]))
  return border.type === 'Polygon'
    ? { type: border.type, coordinates: flat(border.coordinates) }
    : { type: border.type, coordinates: border.coordinates.map(flat) }
}

export function boundsOf(border: Border): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { ring } of ringsOf(border)) {
    for (const [lon = 0, lat = 0] of ring) {
      west = Math.min(west, lon)
      east = Math.max(east, lon)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
  }
  return [west, south, east, north]
}
