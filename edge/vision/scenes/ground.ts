import { contains, type Polygon } from '@ganzhi/firmware-config/scenes/zone'
import type { Box } from '@ganzhi/models/detection'
import type { Blob } from './blobs.ts'
import { colourApart, copyPixel, newPlanes, type Planes } from './planes.ts'

/** Steps of brightness beyond noise, and share of the light. */
const CHANGED = { luma: 12, share: 0.1, timesNoise: 4, colour: 0.06 }
const SAME = { luma: 9, share: 0.06, timesNoise: 2, colour: 0.045, colourNoise: 0.02 }
/** In pixels of the small picture. */
const SWAY = 1
/** The background follows the light within so long, where nothing has changed. */
const BACKGROUND_MS = 60_000
/** Looks the same for so long: it lies still. */
const SETTLED_MS = 3_000
/** Arrays that are taken once for a size of picture. */
export interface Room {
  readonly now: Planes
  readonly ground: Planes
  /** What a place has been looking like of late. */
  readonly recent: Planes
  /** For how long, ms. */
  readonly age: Float32Array
  /** 1 where nobody may look: a mask. */
  readonly masked: Uint8Array
  /** 1 where nothing can be seen: a mask, or what has been explained. */
  readonly hidden: Uint8Array
  /** 1 where the ground has been seen. */
  readonly seen: Uint8Array
  readonly settled: Uint8Array
  readonly visited: Uint8Array
  readonly stack: Int32Array
  visible: number
}

export function newRoom(width: number, height: number, masks: readonly Polygon[]): Room {
  const pixels = width * height
  const bytes = () => new Uint8Array(pixels)
  const masked = bytes()
  for (let at = 0; at < pixels; at++) {
    const [x, y] = [((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height]
    if (masks.some((mask) => contains(mask, [x, y]))) masked[at] = 1
  }
  return {
    now: newPlanes(width, height),
    ground: newPlanes(width, height),
    recent: newPlanes(width, height),
    age: new Float32Array(pixels),
    masked,
    hidden: bytes(),
    seen: bytes(),
    settled: bytes(),
    visited: bytes(),
    stack: new Int32Array(pixels),
    visible: 0,
  }
}

/** Detectors cut off an arm or a shadow: so much more, in shares of the picture's height, is not looked at. */
const MARGIN = 0.015

export function hide(room: Room, explained: readonly Box[]): void {
  const { hidden, masked } = room
  const { width, height } = room.now
  hidden.set(masked)
  for (const [x1, y1, x2, y2] of explained) {
    const top = Math.max(0, Math.floor((y1 - MARGIN) * height))
    const bottom = Math.min(height, Math.ceil((y2 + MARGIN) * height))
    const left = Math.max(0, Math.floor(x1 * width - MARGIN * height))
    const right = Math.min(width, Math.ceil(x2 * width + MARGIN * height))
    for (let y = top; y < bottom; y++) hidden.fill(1, y * width + left, y * width + Math.max(left, right))
  }
  room.visible = hidden.reduce((sum, one) => sum + 1 - one, 0)
}

/** How many places differ from the bare ground; those that have long looked the same are settled. */
export function compare(room: Room, passedMs: number): number {
  const { now, ground, recent, age, hidden, seen, settled } = room
  const { gain, noise } = lightAndNoise(room)
  const follows = 1 - Math.exp(-passedMs / BACKGROUND_MS)
  const beyond = CHANGED.luma + CHANGED.timesNoise * noise
  let changed = 0
  for (let at = 0; at < hidden.length; at++) {
    settled[at] = 0
    if (hidden[at]) continue
    if (!seen[at]) {
      copyPixel(now, ground, at)
      seen[at] = 1
      continue
    }
    const luma = now.luma[at] ?? 0
    if (!differs(now, ground, at, { gain, beyond })) {
      age[at] = 0
      blend(now, ground, at, follows)
      continue
    }
    changed += 1
    const lately = recent.luma[at] ?? 0
    const same = Math.abs(luma - lately) < SAME.luma + SAME.timesNoise * noise + SAME.share * lately
    if (same && colourApart(now, at, recent, at) < SAME.colour + SAME.colourNoise * noise) {
      age[at] = (age[at] ?? 0) + passedMs
      blend(now, recent, at, 0.2)
      if ((age[at] ?? 0) >= SETTLED_MS) settled[at] = 1
    } else {
      age[at] = 0
      copyPixel(now, recent, at)
    }
  }
  return changed
}

interface Tolerance {
  readonly gain: number
  readonly beyond: number
}

/** From the ground at this place, and from that beside it: a camera on a pole sways by a pixel, and so do leaves. */
function differs(now: Planes, ground: Planes, at: number, tolerance: Tolerance): boolean {
  if (isAs(now, at, ground, at, tolerance)) return false
  for (let dy = -SWAY; dy <= SWAY; dy++) {
    for (let dx = -SWAY; dx <= SWAY; dx++) {
      if (isAs(now, at, ground, at + dy * now.width + dx, tolerance)) return false
    }
  }
  return true
}

function isAs(now: Planes, at: number, ground: Planes, other: number, { gain, beyond }: Tolerance): boolean {
  const was = (ground.luma[other] ?? 0) * gain
  if (Math.abs((now.luma[at] ?? 0) - was) > beyond + CHANGED.share * was) return false
  return colourApart(now, at, ground, other) < CHANGED.colour
}

/** By how much all is brighter than before, and how far places differ that nothing has happened to. */
function lightAndNoise({ now, ground, hidden, seen }: Room): { gain: number; noise: number } {
  const [ratios, steps] = [new Uint32Array(401), new Uint32Array(256)]
  let count = 0
  for (let at = 0; at < hidden.length; at++) {
    if (hidden[at] || !seen[at]) continue
    count += 1
    const ratio = Math.log(((now.luma[at] ?? 0) + 4) / ((ground.luma[at] ?? 0) + 4))
    const bin = Math.min(400, Math.max(0, Math.round(200 + 100 * ratio)))
    ratios[bin] = (ratios[bin] ?? 0) + 1
  }
  const gain = Math.exp((medianOf(ratios, count) - 200) / 100)
  for (let at = 0; at < hidden.length; at++) {
    if (hidden[at] || !seen[at]) continue
    const step = Math.min(255, Math.round(4 * Math.abs((now.luma[at] ?? 0) - gain * (ground.luma[at] ?? 0))))
    steps[step] = (steps[step] ?? 0) + 1
  }
  return { gain, noise: medianOf(steps, count) / 4 }
}

function medianOf(counts: Uint32Array, all: number): number {
  let passed = 0
  return Math.max(
    0,
    counts.findIndex((count) => (passed += count) > all / 2),
  )
}

function blend(from: Planes, into: Planes, at: number, share: number): void {
  blendPlane(from.luma, into.luma, at, share)
  blendPlane(from.red, into.red, at, share)
  blendPlane(from.blue, into.blue, at, share)
}

function blendPlane(from: Float32Array, into: Float32Array, at: number, share: number): void {
  const old = into[at] ?? 0
  into[at] = old + share * ((from[at] ?? 0) - old)
}

/** A picture in which colours are so much fewer, or more, than before is another kind of picture. */
const COLOURS_SWITCHED = 4
/** As much colour as the noise of a grey picture has. */
const GREY = 0.01

/** Whether night vision came or went. */
export function coloursSwitched({ now, ground }: Room): boolean {
  const ratio = (colourOf(now) + GREY) / (colourOf(ground) + GREY)
  return ratio > COLOURS_SWITCHED || ratio < 1 / COLOURS_SWITCHED
}

function colourOf({ red, blue }: Planes): number {
  let sum = 0
  for (let at = 0; at < red.length; at++) sum += Math.abs(red[at] ?? 0) + Math.abs(blue[at] ?? 0)
  return sum / red.length
}

/** The whole picture has changed: what is seen now is the ground. Objects are known by their patches, and stay. */
export function relearn({ now, ground, age, hidden, seen }: Room): void {
  for (let at = 0; at < hidden.length; at++) {
    seen[at] = hidden[at] ? 0 : 1
    age[at] = 0
    if (!hidden[at]) copyPixel(now, ground, at)
  }
}

export function absorb({ now, ground, age }: Room, { pixels }: Blob): void {
  for (const at of pixels) {
    copyPixel(now, ground, at)
    age[at] = 0
  }
}

export function ageOf({ age }: Room, { pixels }: Blob): number {
  return Math.max(...pixels.slice(0, 1_000).map((at) => age[at] ?? 0))
}
