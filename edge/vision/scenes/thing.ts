import { contains, type Point, type Polygon, type Zone } from '@ganzhi/firmware-config/scenes/zone'
import type { Box, Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'

/** What was detected, in shares of the picture, as zones are drawn: x1, y1, x2, y2. */
export type Thing = Detection

export function thingsOf(detections: readonly Detection[], { width, height }: Frame): Thing[] {
  return detections.map(({ label, score, box: [x1, y1, x2, y2] }) => ({
    label,
    score,
    box: [x1 / width, y1 / height, x2 / width, y2 / height],
  }))
}

const SURE = 0.3

/** Those sure enough to hide, explain or own something else; detectors also tell of less, for those who follow things. */
export function sureOnes(things: readonly Thing[], labels: readonly string[] = []): Thing[] {
  return things.filter(({ label, score }) => score >= SURE && labels.includes(label))
}

/** The lower edge of a box is what is nearest of a thing; the middle of its ground is a little higher. */
const GROUND = 0.1

function groundOf({ box: [x1, y1, x2, y2] }: { readonly box: Box }): Point {
  return [(x1 + x2) / 2, y2 - GROUND * (y2 - y1)]
}

/** Where it touches the ground. */
export function footOf({ box: [x1, , x2, y2] }: { readonly box: Box }): Point {
  return [(x1 + x2) / 2, y2]
}

export function heightOf({ box: [, y1, , y2] }: { readonly box: Box }): number {
  return y2 - y1
}

export function isMasked(thing: { readonly box: Box }, masks: readonly Polygon[] = []): boolean {
  return masks.some((mask) => contains(mask, groundOf(thing)))
}

/** A thing is in one zone: where two of them overlap, in that of a variant, as it is drawn for a reason. */
export function zoneOf(thing: { readonly box: Box }, zones: readonly Zone[]): Zone | undefined {
  const ground = groundOf(thing)
  const around = zones.filter(({ polygon }) => polygon && contains(polygon, ground))
  return around.find(({ variant }) => variant !== undefined) ?? around[0]
}
