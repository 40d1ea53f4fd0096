import type { Privacy } from '@ganzhi/firmware-config/scenes/privacy'
import type { Polygon } from '@ganzhi/firmware-config/scenes/zone'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'

/** A head is about so much of a person's height; detectors cut it off now and then. */
const HEAD = { height: 0.22, above: 0.04 }
/** So many patches across a head: hair from face is told, nobody from anybody. */
const PATCHES = 3

/** A copy of a frame that may leave the gateway. */
export function privateCopy(
  frame: Frame,
  people: readonly Detection[],
  { masks = [], blurHeads = false }: Privacy,
): Frame {
  const copy = { ...frame, rgb: frame.rgb.slice() }
  if (blurHeads) for (const person of people) blurHead(copy, person)
  for (const mask of masks) blacken(copy, mask)
  return copy
}

/** Row by row between the sides of the mask: to ask of every pixel whether it lies within takes a quarter of a second. */
function blacken({ width, height, rgb }: Frame, mask: Polygon): void {
  for (let row = 0; row < height; row++) {
    const sides = crossings(mask, (row + 0.5) / height)
    for (let i = 0; i + 1 < sides.length; i += 2) {
      const from = Math.floor((sides[i] ?? 0) * width)
      const to = Math.ceil((sides[i + 1] ?? 0) * width)
      rgb.fill(0, 3 * (row * width + from), 3 * (row * width + to))
    }
  }
}

/** Where a polygon's sides cross a height, from left to right: between the first and the second is inside. */
function crossings(polygon: Polygon, y: number): number[] {
  const xs: number[] = []
  for (const [i, [x1, y1]] of polygon.entries()) {
    const [x2, y2] = polygon[(i + 1) % polygon.length] ?? [x1, y1]
    if (y1 > y !== y2 > y) xs.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
  }
  return xs.toSorted((a, b) => a - b)
}

function blurHead({ width, height, rgb }: Frame, { box: [x1, y1, x2, y2] }: Detection): void {
  const tall = y2 - y1
  const [top, bottom] = [clamp(y1 - HEAD.above * tall, height), clamp(y1 + HEAD.height * tall, height)]
  const [left, right] = [clamp(x1, width), clamp(x2, width)]
  const size = Math.max(2, Math.ceil((HEAD.height * tall) / PATCHES))
  for (let y = top; y < bottom; y += size) {
    for (let x = left; x < right; x += size) {
      const [endX, endY] = [Math.min(right, x + size), Math.min(bottom, y + size)]
      for (let colour = 0; colour < 3; colour++) {
        let sum = 0
        for (let row = y; row < endY; row++) {
          for (let column = x; column < endX; column++) sum += rgb[3 * (row * width + column) + colour] ?? 0
        }
        const mean = sum / ((endX - x) * (endY - y))
        for (let row = y; row < endY; row++) {
          for (let column = x; column < endX; column++) rgb[3 * (row * width + column) + colour] = mean
        }
      }
    }
  }
}

function clamp(value: number, end: number): number {
  return Math.min(end, Math.max(0, Math.round(value)))
}
