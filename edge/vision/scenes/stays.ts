import type { Timing } from '@ganzhi/firmware-config/scenes/rule'
import type { Box } from '@ganzhi/models/detection'
import { areaOf, overlapOf, sharedArea } from '@ganzhi/models/overlap'
import { type Doubt, nextDoubt, nextShare } from './doubt.ts'
import { footOf, heightOf, type Thing } from './thing.ts'

/** A thing that stays, known by where it is. */
export interface Stay extends Thing {
  /** As far as the camera could see. */
  readonly stayedMs: number
  /** Share of the looks that saw it. */
  readonly share: number
  /** That it is gone. */
  readonly doubt?: Doubt
  /** `hidden`: something stands before it. */
  readonly now: 'seen' | 'missed' | 'hidden'
  readonly looks: number
}

export interface StayOptions {
  readonly stays: 'in-place' | 'in-zone'
  readonly windowMs: number
  readonly hitRatio: number
  readonly clearRatio: number
  readonly clearMs: number
  /** Whether it stays on while something is before it. */
  readonly whileHidden: boolean
  /** Width of the picture ÷ its height. */
  readonly aspect: number
}

/** Of so many looks the mean says where it is: one look alone may be wrong, and what creeps away must not take it along. */
const PLACED_BY_LOOKS = 20
const LEAST_LOOKS = 3
const SAME_PLACE = 0.4
const COVERED = 0.5
/** In heights: how far somebody gets, and how fast at most. */
const STEP = { atOnce: 0.5, aSecond: 1, most: 2 }
/** Who walks about and is missed for longer may be anybody when he is seen again. */
const MISSED_MS = 5_000
const MOST_STAYS = 64

/** Who stays on, whoever is new, after one more look. */
export function follow(
  before: readonly Stay[],
  things: readonly Thing[],
  covers: readonly Thing[],
  passedMs: number,
  options: StayOptions,
): Stay[] {
  const pairs = before
    .flatMap((stay) =>
      things.map((thing) => ({ stay, thing, near: nearness(stay, thing, passedMs, options) })),
    )
    .filter(({ near }) => near > 0)
    .sort((a, b) => b.near - a.near)
  const found = new Map<Stay, Thing>()
  const taken = new Set<Thing>()
  for (const { stay, thing } of pairs) {
    if (found.has(stay) || taken.has(thing)) continue
    found.set(stay, thing)
    taken.add(thing)
  }
  const kept = before.flatMap((stay) => goesOn(stay, found.get(stay), { covers, passedMs, options }))
  const born = things.filter((thing) => !taken.has(thing)).map(begins)
  return [...kept, ...born].slice(0, MOST_STAYS)
}

export function timingMs({ windowSeconds, hitRatio, clearSeconds, clearRatio }: Timing) {
  return { windowMs: windowSeconds * 1_000, hitRatio, clearMs: clearSeconds * 1_000, clearRatio }
}

export function longest(stays: readonly { readonly stayedMs: number }[]): number {
  return Math.max(0, ...stays.map(({ stayedMs }) => stayedMs))
}

/** Whether it was seen often enough to be there at all. What was seen once, and hidden ever since, was not. */
export function isSteady({ share, looks }: Stay, { hitRatio }: Pick<StayOptions, 'hitRatio'>): boolean {
  return share >= hitRatio && looks >= LEAST_LOOKS
}

function begins({ label, score, box }: Thing): Stay {
  return { label, score, box, stayedMs: 0, share: 1, now: 'seen', looks: 1 }
}

interface Round {
  readonly covers: readonly Thing[]
  readonly passedMs: number
  readonly options: StayOptions
}

/** Empty when it is gone. */
function goesOn(stay: Stay, thing: Thing | undefined, { covers, passedMs, options }: Round): Stay[] {
  const { doubt: old, ...rest } = stay
  if (!thing && covers.some((cover) => covering(cover.box, stay.box))) {
    return [{ ...stay, stayedMs: stay.stayedMs + (options.whileHidden ? passedMs : 0), now: 'hidden' }]
  }
  const { windowMs, clearRatio, clearMs, stays } = options
  const goneMs = stays === 'in-zone' ? Math.min(clearMs, MISSED_MS) : clearMs
  const doubt = nextDoubt(old, !thing, passedMs, { windowMs, least: 1 - clearRatio })
  if (doubt && doubt.heldMs >= goneMs) return []
  const next: Stay = {
    ...rest,
    ...(doubt && { doubt }),
    stayedMs: stay.stayedMs + passedMs,
    share: nextShare(stay.share, thing !== undefined, passedMs, windowMs),
    now: thing ? 'seen' : 'missed',
  }
  return [thing ? movedTo(next, thing, options) : next]
}

function movedTo(stay: Stay, { box, score }: Thing, { stays }: StayOptions): Stay {
  const looks = stay.looks + 1
  const weight = stays === 'in-zone' ? 1 : looks <= PLACED_BY_LOOKS ? 1 / looks : 0
  return {
    ...stay,
    looks,
    score: stay.score + (score - stay.score) * 0.2,
    box: between(stay.box, box, weight),
  }
}

function between(from: Box, to: Box, share: number): Box {
  const at = (i: 0 | 1 | 2 | 3) => from[i] + (to[i] - from[i]) * share
  return [at(0), at(1), at(2), at(3)]
}

/** 0: another one. */
function nearness(stay: Stay, thing: Thing, passedMs: number, { stays, aspect }: StayOptions): number {
  if (stay.label !== thing.label) return 0
  if (stays === 'in-place') {
    const overlap = overlapOf(stay.box, thing.box)
    return overlap >= SAME_PLACE ? overlap : 0
  }
  const absentMs = passedMs + (stay.doubt?.heldMs ?? 0)
  const far = Math.min(STEP.most, STEP.atOnce + (STEP.aSecond * absentMs) / 1_000)
  const [[x1, y1], [x2, y2]] = [footOf(stay), footOf(thing)]
  const distance = Math.hypot((x1 - x2) * aspect, y1 - y2) / Math.max(heightOf(stay), heightOf(thing))
  return distance <= far ? 1 / (0.1 + distance) : 0
}

function covering(cover: Box, box: Box): boolean {
  return sharedArea(cover, box) >= COVERED * areaOf(box)
}
