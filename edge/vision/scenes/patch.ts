import type { Box } from '@ganzhi/models/detection'
import type { Planes } from './planes.ts'

/** How a place looks, a little of its surroundings included: brightness and two colours of 16 × 16 points, each without its mean. */
export type Patch = Float32Array

const ACROSS = 16
const POINTS = ACROSS * ACROSS
const AROUND = 0.25
/** A colour counts as much as brightness does. */
const COLOUR_WEIGHT = 255

/** `box` in shares of the picture. */
export function patchOf(planes: Planes, [x1, y1, x2, y2]: Box): Patch {
  const { width, height } = planes
  const [moreX, moreY] = [AROUND * (x2 - x1) + 1 / width, AROUND * (y2 - y1) + 1 / height]
  const patch = new Float32Array(3 * POINTS)
  for (let i = 0; i < POINTS; i++) {
    const [u, v] = [((i % ACROSS) + 0.5) / ACROSS, (Math.floor(i / ACROSS) + 0.5) / ACROSS]
    const x = within(Math.floor((x1 - moreX + u * (x2 - x1 + 2 * moreX)) * width), width)
    const y = within(Math.floor((y1 - moreY + v * (y2 - y1 + 2 * moreY)) * height), height)
    const at = y * width + x
    patch[i] = planes.luma[at] ?? 0
    patch[POINTS + i] = COLOUR_WEIGHT * (planes.red[at] ?? 0)
    patch[2 * POINTS + i] = COLOUR_WEIGHT * (planes.blue[at] ?? 0)
  }
  for (let plane = 0; plane < 3; plane++) takeMeanOff(patch.subarray(plane * POINTS, (plane + 1) * POINTS))
  return patch
}

/** Where a place looks like on the way from one look to another: 0 the first, 1 the second; `off`: how unlike either, as a share of their difference. */
export function onTheWay(
  now: Patch,
  from: Patch,
  to: Patch,
): { readonly share: number; readonly off: number } {
  let [along, all] = [0, 0]
  for (let i = 0; i < now.length; i++) {
    const way = (to[i] ?? 0) - (from[i] ?? 0)
    along += ((now[i] ?? 0) - (from[i] ?? 0)) * way
    all += way * way
  }
  const share = along / Math.max(1, all)
  let off = 0
  for (let i = 0; i < now.length; i++) {
    const way = (to[i] ?? 0) - (from[i] ?? 0)
    off += ((now[i] ?? 0) - (from[i] ?? 0) - Math.min(1, Math.max(0, share)) * way) ** 2
  }
  return { share, off: Math.sqrt(off / Math.max(1, all)) }
}

/** How a place without its object would look in another light, from how the object looked before and looks now: by night vision without colours. */
export function inLightOf(now: Patch, before: Patch, ground: Patch): Patch {
  const lit = new Float32Array(ground.length)
  for (let from = 0; from < ground.length; from += POINTS) {
    const of = (patch: Patch) => Math.hypot(...patch.subarray(from, from + POINTS))
    const times = Math.min(1, of(now) / Math.max(1, of(before)))
    for (let i = from; i < from + POINTS; i++) lit[i] = times * (ground[i] ?? 0)
  }
  return lit
}

function takeMeanOff(values: Float32Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) - mean
}

function within(value: number, end: number): number {
  return Math.min(end - 1, Math.max(0, value))
}
