import type { Blob } from './blobs.ts'
import type { Planes } from './planes.ts'

/** What a lasting change of the picture is: something new, the trace of something that is gone, or only light. */
export type BlobKind = 'new' | 'gone' | 'light'

/** A shadow is at most so much darker, a lamp's light so much brighter … */
const LIGHT = { darkest: 0.3, brightest: 3 }
/** … and alike all over: so far apart are the logarithms of its ratios. */
const LIGHT_SPREAD = 0.16
const LIGHT_ROUGH = 0.04
/** It has next to no colour of its own; but shade is lit by the sky, and bluer than what the sun shines on. */
const LIGHT_COLOUR = { own: 0.05, ofSky: 0.1 }
/** What lies so near to the edge of a blob is half of it, half of its surroundings. */
const EDGE = 2
const LEAST_INNER = 12
const RING = 3

/** Compares what is there now with what was there before, inside the blob and in a ring around it. */
export function kindOf(blob: Blob, now: Planes, before: Planes, isBlob: (at: number) => boolean): BlobKind {
  const ring = ringOf(blob, now.width, now.height, isBlob)
  if (isLight(blob, ring, { now, before, isBlob })) return 'light'
  // Tian's test for what was abandoned or removed, by contrast: where there is a thing, it differs from its surroundings.
  return contrast(now, blob.pixels, ring) >= contrast(before, blob.pixels, ring) ? 'new' : 'gone'
}

interface Compared {
  readonly now: Planes
  readonly before: Planes
  readonly isBlob: (at: number) => boolean
}

/** Light leaves what it falls on as it is: brighter or darker, alike all over and from place to place, and of its colour. */
function isLight({ pixels }: Blob, ring: readonly number[], { now, before, isBlob }: Compared): boolean {
  const inner = pixels.filter((at) => isInner(at, now.width, isBlob))
  const judged = inner.length >= LEAST_INNER ? inner : pixels
  const ratioAt = (at: number) => Math.log(((now.luma[at] ?? 0) + 4) / ((before.luma[at] ?? 0) + 4))
  const ratios = judged.map(ratioAt)
  const mean = meanOf(ratios)
  if (mean < Math.log(LIGHT.darkest) || mean > Math.log(LIGHT.brightest)) return false
  const spread = Math.sqrt(meanOf(ratios.map((ratio) => (ratio - mean) ** 2)))
  const roughness = (places: readonly number[], isOne: (at: number) => boolean) =>
    meanOf(places.filter((at) => isOne(at + 1)).map((at) => Math.abs(ratioAt(at + 1) - ratioAt(at))))
  // Noise is as rough around it.
  const rough = roughness(judged, isBlob) - 1.5 * roughness(ring, (at) => !isBlob(at))
  const colour = [
    meanOf(judged.map((at) => (now.red[at] ?? 0) - (before.red[at] ?? 0))),
    meanOf(judged.map((at) => (now.blue[at] ?? 0) - (before.blue[at] ?? 0))),
  ] as const
  const isOfSky = Math.sign(mean) * (colour[0] - colour[1]) > 0
  const most = isOfSky ? LIGHT_COLOUR.ofSky : LIGHT_COLOUR.own
  return spread < LIGHT_SPREAD && rough < LIGHT_ROUGH && Math.abs(colour[0]) + Math.abs(colour[1]) < most
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
