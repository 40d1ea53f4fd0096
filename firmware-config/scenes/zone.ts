import Type, { type Static } from 'typebox'
import type { FieldFault } from '../field-fault.ts'
import { Schedule } from './schedule.ts'

const closed = { additionalProperties: false } as const
const Share = Type.Number({ minimum: 0, maximum: 1 })

/** In shares of the picture's width and height, from its top left corner: it stays right at any resolution. */
export const Point = Type.Tuple([Share, Share])
export type Point = Static<typeof Point>

export const Polygon = Type.Array(Point, { minItems: 3, maxItems: 20 })
export type Polygon = Static<typeof Polygon>

export const ZoneId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })

/** Where a scene looks. A thing is where it stands: the middle of its box, near the lower edge. */
export const Zone = Type.Object(
  {
    id: ZoneId,
    names: Type.Optional(Type.Object({ zh: Type.String(), en: Type.String() }, closed)),
    polygon: Type.Optional(Polygon),
    /** In place of a polygon, for scenes that count who crosses; left of it is where one comes from. */
    line: Type.Optional(Type.Tuple([Point, Point])),
    /** One of the scene's variants: a shop front, where a stall is something else than in the road. */
    variant: Type.Optional(Type.String()),
    /** In place of the scene's. */
    schedule: Type.Optional(Schedule),
  },
  closed,
)
export type Zone = Static<typeof Zone>

export function contains(polygon: readonly Point[], [x, y]: Point): boolean {
  let inside = false
  let [x1, y1] = polygon.at(-1) ?? [0, 0]
  for (const [x2, y2] of polygon) {
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
    ;[x1, y1] = [x2, y2]
  }
  return inside
}

/** Below this share of the picture a polygon is a slip of the finger. */
const LEAST_AREA = 0.0005

/** What is wrong with a polygon that is one by its form. */
export function polygonFaults(polygon: Polygon, path: FieldFault['path']): FieldFault[] {
  const crossing = firstCrossing(polygon)
  if (crossing) {
    const message = `crosses itself between corners ${crossing[0] + 1} and ${crossing[1] + 1}`
    return [{ path, message, remedy: 'Give its corners in the order in which one walks around it.' }]
  }
  if (areaOf(polygon) >= LEAST_AREA) return []
  return [{ path, message: 'has next to no area', remedy: 'Draw it larger: nothing could stand in it.' }]
}

function areaOf(polygon: Polygon): number {
  let twice = 0
  let [x1, y1] = polygon.at(-1) ?? [0, 0]
  for (const [x2, y2] of polygon) {
    twice += x1 * y2 - x2 * y1
    ;[x1, y1] = [x2, y2]
  }
  return Math.abs(twice) / 2
}

function firstCrossing(polygon: Polygon): readonly [number, number] | undefined {
  const side = (i: number) => [polygon[i], polygon[(i + 1) % polygon.length]] as [Point, Point]
  for (let i = 0; i < polygon.length; i++) {
    for (let j = i + 2; j < polygon.length; j++) {
      const neighbours = i === 0 && j === polygon.length - 1
      if (!neighbours && crossing(side(i), side(j)) !== 0) return [i, j]
    }
  }
  return undefined
}

/** Whether a way leads over a line: 1 from its left to its right, -1 back, 0 not at all. Left is as seen from its first point. */
export function crossing([from, to]: readonly [Point, Point], [a, b]: readonly [Point, Point]): -1 | 0 | 1 {
  const before = sideOf(from, a, b)
  const after = sideOf(to, a, b)
  if (before > 0 === after > 0 || sideOf(a, from, to) > 0 === sideOf(b, from, to) > 0) return 0
  return before < after ? 1 : -1
}

/** Above 0 to the right of the way from a to b, as y grows downwards. */
function sideOf([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax)
}
