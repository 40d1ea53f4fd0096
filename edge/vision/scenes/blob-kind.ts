import type { Blob } from './blobs.ts'
import type { Planes } from './planes.ts'

/** What a lasting change of the picture is: something new, the trace of something that is gone, or only light. */
export type BlobKind = 'new' | 'gone' | 'light'

/** A shadow is at most so much darker, a lamp's light so much brighter … */
const LIGHT = { darkest: 0.3, brightest: 3 }
/** … and alike all over: so far apart are the logarithms of its ratios. */
const LIGHT_SPREAD = 0.16
/** It has next to no colour of its own. */
const LIGHT_COLOUR = 0.05
/** What lies so near to the edge of a blob is half of it, half of its surroundings. */
const EDGE = 2
const LEAST_INNER = 12
const RING = 3

/** Compares what is there now with what was there before, inside the blob and in a ring around it. */
export function kindOf(blob: Blob, now: Planes, before: Planes, isBlob: (at: number) => boolean): BlobKind {
  if (isLight(blob, now, before, isBlob)) return 'light'
  // Tian's test for what was abandoned or removed, by contrast: where there is a thing, it differs from its surroundings.
  const ring = ringOf(blob, now.width, now.height, isBlob)
  return contrast(now, blob.pixels, ring) >= contrast(before, blob.pixels, ring) ? 'new' : 'gone'
}

function isLight({ pixels }: Blob, now: Planes, before: Planes, isBlob: (at: number) => boolean): boolean {
  const inner = pixels.filter((at) => isInner(at, now.width, isBlob))
  const judged = inner.length >= LEAST_INNER ? inner : pixels
  const ratios = judged.map((at) => Math.log(((now.luma[at] ?? 0) + 4) / ((before.luma[at] ?? 0) + 4)))
  const mean = meanOf(ratios)
  if (mean < Math.log(LIGHT.darkest) || mean > Math.log(LIGHT.brightest)) return false
  const spread = Math.sqrt(meanOf(ratios.map((ratio) => (ratio - mean) ** 2)))
  const [red, blue] = [now.red, now.blue].map((plane, i) => {
    const was = i === 0 ? before.red : before.blue
    return meanOf(judged.map((at) => (plane[at] ?? 0) - (was[at] ?? 0)))
  }) as [number, number]
  return spread < LIGHT_SPREAD && Math.abs(red) + Math.abs(blue) < LIGHT_COLOUR
}

function isInner(at: number, width: number, isBlob: (at: number) => boolean): boolean {
  return [at - EDGE, at + EDGE, at - EDGE * width, at + EDGE * width].every(isBlob)
}

function ringOf(
  { left, top, right, bottom }: Blob,
  width: number,
  height: number,
  isBlob: (at: number) => boolean,
) {
  const ring: number[] = []
  for (let y = Math.max(0, top - RING); y < Math.min(height, bottom + RING); y++) {
    for (let x = Math.max(0, left - RING); x < Math.min(width, right + RING); x++) {
      if (!isBlob(y * width + x)) ring.push(y * width + x)
    }
  }
  return ring
}

function contrast(planes: Planes, inside: readonly number[], around: readonly number[]): number {
  const apart = (plane: Float32Array) =>
    Math.abs(meanOf(inside.map((at) => plane[at] ?? 0)) - meanOf(around.map((at) => plane[at] ?? 0)))
  return apart(planes.luma) + 255 * (apart(planes.red) + apart(planes.blue))
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
