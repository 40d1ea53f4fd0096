import type { Thumbnail } from './thumbnail.ts'
import { likeness, type Structure, structureOf } from './structure.ts'

/** How long something must be so before it counts; 0 never. */
export interface HealthLimits {
  readonly frozenAfterMs: number
  readonly blackAfterMs: number
  readonly movedAfterMs: number
}

export const HEALTH_LIMITS: HealthLimits = {
  frozenAfterMs: 60_000,
  blackAfterMs: 5_000,
  movedAfterMs: 20_000,
}

export type PictureFault = 'frozen' | 'black' | 'moved'

/** All that is remembered of the pictures so far; `at` are ms on a clock that never goes back. */
export interface Health {
  readonly fault: PictureFault | undefined
  readonly black: Lasting
  /** `faces`: what it looked like before and after the last change, where they are nearly the same. */
  readonly frozen: Lasting & { readonly faces: readonly Thumbnail[] }
  readonly moved: Lasting
  /** The view as it has been for long, and as it is of late. */
  readonly view: Structure
  readonly recent: Structure
  readonly at: number
}

/** Something that must hold for a while, to begin as to end. */
interface Lasting {
  readonly on: boolean
  /** Since when it is otherwise than `on` says. */
  readonly doubtedAt: number | undefined
}

const OFF: Lasting = { on: false, doubtedAt: undefined }
/** The end of a fault is believed sooner than its beginning; that of a freeze at once. */
const RECOVERED_AFTER_MS = 2_000

const BLACK = { mean: 16, brightest: 32 }
const NOT_BLACK = { mean: 24, brightest: 48 }
/**
 * At most so much does a picture differ from itself, in a cell and on the whole. The noise of a sensor is more on the
 * whole, a clock in the corner more in a cell.
 */
const SAME = { cell: 4, mean: 0.3 }
/** A still picture that is coded anew has two faces: of its key frames, and of those that mend them. */
const FACES = { cell: 4, mean: 0.6 }
const LIKE = { otherView: 0.3, sameView: 0.5, settled: 0.6 }
const VIEW_MS = 600_000
const RECENT_MS = 5_000

export function firstHealth(thumbnail: Thumbnail, at: number): Health {
  const view = structureOf(thumbnail)
  return {
    fault: undefined,
    black: OFF,
    frozen: { ...OFF, faces: [thumbnail] },
    moved: OFF,
    view,
    recent: view,
    at,
  }
}

/** What one more picture says. Pure, so that any recording can be judged again. */
export function nextHealth(before: Health, thumbnail: Thumbnail, at: number, limits: HealthLimits): Health {
  const dark = blackness(thumbnail, before.black.on)
  const black = lasting(before.black, dark, { at, beginMs: limits.blackAfterMs, endMs: RECOVERED_AFTER_MS })
  const frozen = nextFrozen(before.frozen, thumbnail, at, limits.frozenAfterMs)
  // A dark or a frozen picture tells nothing of where the camera looks.
  const seen = black.on || frozen.on || blackness(thumbnail, false) ? undefined : structureOf(thumbnail)
  const { moved, view, recent } = seen ? nextView(before, seen, at, limits.movedAfterMs) : before
  const fault = black.on ? 'black' : frozen.on ? 'frozen' : moved.on ? 'moved' : undefined
  return { fault, black, frozen, moved, view, recent, at }
}

interface Patience {
  readonly at: number
  readonly beginMs: number
  readonly endMs: number
}

function lasting(before: Lasting, holds: boolean, { at, beginMs, endMs }: Patience): Lasting {
  if (beginMs === 0) return OFF
  if (holds === before.on) return { on: before.on, doubtedAt: undefined }
  const doubtedAt = before.doubtedAt ?? at
  const enough = at - doubtedAt >= (before.on ? endMs : beginMs)
  return enough ? { on: holds, doubtedAt: undefined } : { on: before.on, doubtedAt }
}

function blackness(thumbnail: Thumbnail, wasBlack: boolean): boolean {
  const limit = wasBlack ? NOT_BLACK : BLACK
  let [sum, brightest] = [0, 0]
  for (const luma of thumbnail) {
    sum += luma
    brightest = Math.max(brightest, luma)
  }
  return sum / thumbnail.length < limit.mean && brightest < limit.brightest
}

function nextFrozen(
  before: Health['frozen'],
  thumbnail: Thumbnail,
  at: number,
  afterMs: number,
): Health['frozen'] {
  const same = before.faces.some((face) => isWithin(SAME, face, thumbnail))
  const next = lasting(before, same, { at, beginMs: afterMs, endMs: 0 })
  // What is compared with must not creep along with a slow change: it moves on only where there is one.
  const earlier = before.faces.slice(0, 1).filter((face) => isWithin(FACES, face, thumbnail))
  return { ...next, faces: same ? before.faces : [thumbnail, ...earlier] }
}

function isWithin(limits: { cell: number; mean: number }, before: Thumbnail, now: Thumbnail): boolean {
  let [sum, most] = [0, 0]
  now.forEach((luma, i) => {
    const difference = Math.abs(luma - (before[i] ?? 0))
    sum += difference
    most = Math.max(most, difference)
  })
  return most < limits.cell && sum / now.length < limits.mean
}

function nextView(before: Health, seen: Structure, at: number, afterMs: number) {
  const passed = Math.max(0, at - before.at)
  const recent = blended(before.recent, seen, passed / RECENT_MS)
  const same = likeness(before.view, seen)
  // Too little to be seen, as in fog: no ground for a judgement.
  if (same === undefined) return { ...before, recent }
  const settled = (likeness(recent, seen) ?? 0) > LIKE.settled
  const other = before.moved.on ? same < LIKE.sameView : same < LIKE.otherView && settled
  const moved = lasting(before.moved, other, { at, beginMs: afterMs, endMs: RECOVERED_AFTER_MS })
  const view = !moved.on && same > LIKE.sameView ? blended(before.view, seen, passed / VIEW_MS) : before.view
  return { moved, view, recent }
}

function blended(before: Structure, now: Structure, share: number): Structure {
  const weight = Math.min(1, share)
  return before.map((value, i) => value + weight * ((now[i] ?? 0) - value))
}

/** The view as it is of late is what is looked for from now on. */
export function withViewAccepted(before: Health): Health {
  const fault = before.fault === 'moved' ? undefined : before.fault
  return { ...before, fault, moved: OFF, view: before.recent }
}

/** The picture was away for a while: what was about to be judged begins anew. */
export function interrupted(before: Health): Health {
  const anew = <T extends Lasting>(lasting: T): T => ({ ...lasting, doubtedAt: undefined })
  return { ...before, black: anew(before.black), frozen: anew(before.frozen), moved: anew(before.moved) }
}
