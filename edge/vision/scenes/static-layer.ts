import type { Polygon } from '@ganzhi/firmware-config/scenes/zone'
import type { Box } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import { overlapOf, sharedArea, areaOf } from '@ganzhi/models/overlap'
import { kindOf } from './blob-kind.ts'
import { type Blob, blobsIn } from './blobs.ts'
import { inLightOf, onTheWay, type Patch, patchOf } from './patch.ts'
import { readPlanes } from './planes.ts'
import { absorb, ageOf, coloursSwitched, compare, hide, newRoom, relearn, type Room } from './ground.ts'

/** Something that lies where nothing lay. */
export interface StillObject {
  readonly id: number
  /** In shares of the picture. */
  readonly box: Box
  /** Share of the picture's pixels. */
  readonly area: number
  /** `hidden`: something is before it. */
  readonly now: 'there' | 'hidden'
  readonly stayedMs: number
  /** How it looks, and how its place looked without it. */
  readonly looks: Patch
  readonly ground: Patch
  /** How far the two are apart, 0 to 1. */
  readonly contrast: number
}

/** What is enough to know an object again after a restart. */
export type Remembered = Pick<StillObject, 'box' | 'area' | 'stayedMs' | 'looks' | 'ground' | 'contrast'>

const ACROSS = 320
/** More of the picture than this at once is a lamp, night vision, another view. */
const WHOLE_PICTURE = 0.5
const LEAST_PIXELS = 6
/** Share of the picture. */
const LARGEST = 0.15
const MOST_OBJECTS = 64
/** Of a box: hidden so far nothing can be said. */
const HIDDEN = 0.3
/** More than this unlike both the object and the bare ground: something nobody knows stands before it. */
const NEITHER = 0.9
/** … but not for ever: then the ground itself has changed, and the object went with it. */
const NEITHER_MS = 600_000
/** What a detector calls by its name as large and where it lies is no unknown thing. */
const EXPLAINED = 0.45
const SAME_OBJECT = 0.3
const GROWN = 1.3

interface Known {
  readonly id: number
  object: StillObject
  neitherMs: number
}

/**
 * Finds what is new and lies still, by comparing the picture with two of its own past: the bare ground, which follows the
 * light only where nothing has changed, and what has been looking the same of late. One a camera and scene; its room is taken once.
 */
export class StaticLayer {
  readonly #masks: readonly Polygon[]
  #room: Room | undefined
  #known: Known[] = []
  #nextId = 1

  constructor(masks: readonly Polygon[], remembered: readonly Remembered[]) {
    this.#masks = masks
    this.#known = remembered.map((each) => this.#knows(each))
  }

  /** `explained`: boxes, in shares of the picture, of what needs no other explanation. */
  look(frame: Frame, explained: readonly Box[], passedMs: number): readonly StillObject[] {
    const room = this.#roomFor(frame)
    readPlanes(frame, room.now)
    hide(room, explained)
    const changed = compare(room, passedMs)
    if (changed > WHOLE_PICTURE * room.visible) {
      if (coloursSwitched(room)) this.#relight(room)
      relearn(room)
    } else {
      this.#judge(room, explained, passedMs)
      this.#takeIn(room)
    }
    return this.#known.map(({ object }) => object)
  }

  #roomFor(frame: Frame): Room {
    const width = Math.min(ACROSS, frame.width)
    const height = Math.max(1, Math.round((frame.height * width) / frame.width))
    if (this.#room?.now.width !== width || this.#room.now.height !== height) {
      this.#room = newRoom(width, height, this.#masks)
    }
    return this.#room
  }

  /** Whether what is known is still there. */
  #judge(room: Room, explained: readonly Box[], passedMs: number): void {
    this.#known = this.#known.filter((known) => {
      const { object } = known
      const { box, ground, looks } = object
      if (explained.some((other) => overlapOf(other, box) > EXPLAINED)) return false
      if (explained.some((other) => sharedArea(other, box) > HIDDEN * areaOf(box))) {
        known.object = { ...object, now: 'hidden' }
        return true
      }
      const { share, off } = onTheWay(patchOf(room.now, box), ground, looks)
      if (share < 0.5 && off > NEITHER) {
        known.neitherMs += passedMs
        known.object = { ...object, now: 'hidden' }
        return known.neitherMs < NEITHER_MS
      }
      known.neitherMs = 0
      if (share < 0.5) return false
      known.object = { ...object, now: 'there', stayedMs: object.stayedMs + passedMs }
      return true
    })
  }

  /** Night vision came or went: nobody took anything away in that moment, but all of it looks otherwise. */
  #relight(room: Room): void {
    for (const known of this.#known) {
      const looks = patchOf(room.now, known.object.box)
      const ground = inLightOf(looks, known.object.looks, known.object.ground)
      known.object = { ...known.object, looks, ground }
    }
  }

  #takeIn(room: Room): void {
    const { width, height } = room.now
    const picture = width * height
    for (const blob of blobsIn(room.settled, width, LEAST_PIXELS, room)) {
      const box: Box = [blob.left / width, blob.top / height, blob.right / width, blob.bottom / height]
      const area = blob.pixels.length / picture
      const kind =
        area > LARGEST ? 'light' : kindOf(blob, room.now, room.ground, (at) => room.settled[at] === 1)
      if (kind !== 'new') absorb(room, blob)
      else this.#lies(room, blob, box, area)
    }
  }

  #lies(room: Room, blob: Blob, box: Box, area: number): void {
    const [same, ...parts] = this.#known.filter(({ object }) => isSame(object.box, box))
    if (!same) this.#add({ box, area, stayedMs: ageOf(room, blob), ...looksOf(room, box) })
    else if (area > GROWN * same.object.area) {
      same.object = { ...same.object, box, area, ...looksOf(room, box) }
      // What was seen of it before it was seen whole.
      this.#known = this.#known.filter((each) => !parts.includes(each))
    }
  }

  #add(seen: Remembered): void {
    if (this.#known.length < MOST_OBJECTS) this.#known.push(this.#knows(seen))
  }

  #knows(seen: Remembered): Known {
    const id = this.#nextId++
    return { id, object: { ...seen, id, now: 'there' }, neitherMs: 0 }
  }
}

/** So far apart are brightness and colour of a thing that could not be clearer. */
const PLAIN = 40

function looksOf({ now, ground }: Room, box: Box): Pick<StillObject, 'looks' | 'ground' | 'contrast'> {
  const [looks, bare] = [patchOf(now, box), patchOf(ground, box)]
  const apart = Math.sqrt(
    looks.reduce((sum, value, i) => sum + (value - (bare[i] ?? 0)) ** 2, 0) / looks.length,
  )
  return { looks, ground: bare, contrast: Math.min(1, apart / PLAIN) }
}

function isSame(known: Box, box: Box): boolean {
  return (
    overlapOf(known, box) > SAME_OBJECT || sharedArea(known, box) > 0.6 * Math.min(areaOf(known), areaOf(box))
  )
}
