import type { Box, Detection } from '@ganzhi/models/detection'
import { overlapOf } from '@ganzhi/models/overlap'
import { assign } from './assignment.ts'
import { beginMotion, boxOf, correct, type Motion, moveOn, sizeOf, surprise } from './motion.ts'
import { distanceOf } from './nearness.ts'

/** One thing over time. */
export interface Track {
  /** Never given twice by the same tracker. */
  readonly id: number
  /** What it was called most, by score. */
  readonly label: string
  /** Where it is; while it is hidden, where it is thought to be. */
  readonly box: Box
  /** Of its last detection */
  readonly score: number
  /** ms since 1970 */
  readonly bornAt: number
  readonly seenAt: number
  /** How many detections it has had. */
  readonly seen: number
  /** Seen twice at least: a single false alarm is no thing. */
  readonly confirmed: boolean
  readonly motion: Motion
  readonly votes: Readonly<Record<string, number>>
}

export interface Tracks {
  readonly at: number
  readonly nextId: number
  /** Also those that are hidden at the moment, and those seen once. */
  readonly all: readonly Track[]
}

export interface TrackerOptions {
  /** From this score on a detection counts by itself. */
  readonly high: number
  /** From this score on it counts where a track is expected: what is half hidden scores low. */
  readonly low: number
  /** From this score on it begins a track. */
  readonly spawn: number
  /** How long a track outlives its last detection. */
  readonly hiddenMs: number
  /** More than this many things are not followed: the surest are. */
  readonly most: number
}

export const TRACKER_DEFAULTS: TrackerOptions = {
  high: 0.5,
  low: 0.1,
  spawn: 0.6,
  hiddenMs: 4_000,
  most: 1_000,
}

export const NO_TRACKS: Tracks = { at: 0, nextId: 1, all: [] }

/** Standard deviations: what scores low has to be nearer. */
const SURPRISE = { high: 3, low: 2 }
const SURELY_THE_SAME = 0.3
/** A thing does not double its size between two looks. */
const SIZE_RATIO = 2
/** Costs of meeting are 0 to 2; nobody stays alone who could meet. */
const ALONE = 4
/** A car that is called a truck for a moment; a rider is not his motorcycle. */
const OTHER_LABEL = { overlap: 0.7, cost: 0.5 }
/** What was just seen goes before what has been hidden for long. */
const HIDDEN_COST = { aSecond: 0.1, most: 0.3 }
/** What was seen but briefly is soon given up. */
const HIDDEN_AT_FIRST_MS = 500
const HIDDEN_BY_LIFE = 2
/** A camera that is looked at rarely: what it saw at the last look is looked for at this one, up to here. */
const LOOKS_APART_MS = 30_000
const OLD_VOTES_KEEP = 0.95

/** Follows things from one look to the next, whenever that comes (ByteTrack's two rounds, in wall-clock time). */
export function track(
  before: Tracks,
  detections: readonly Detection[],
  at: number,
  options: TrackerOptions = TRACKER_DEFAULTS,
): Tracks {
  const seconds = Math.max(0, at - before.at) / 1_000
  const back = Math.max(0, before.at - at)
  const expected = before.all
    .filter(({ seenAt }) => at - seenAt <= LOOKS_APART_MS)
    .map((each) => expect(each, seconds, back))

  const high = detections.filter(({ score }) => score >= options.high)
  const low = detections.filter(({ score }) => score >= options.low && score < options.high)
  const sure = meet(
    expected.filter(({ confirmed }) => confirmed),
    high,
    at,
    SURPRISE.high,
  )
  const faint = meet(sure.alone, low, at, SURPRISE.low)
  const young = meet(
    expected.filter(({ confirmed }) => !confirmed),
    sure.left,
    at,
    SURPRISE.high,
  )

  const kept = [...sure.met, ...faint.met, ...young.met, ...faint.alone].filter(
    (each) => at - each.seenAt <= mayHide(each, options),
  )
  const born = young.left
    .filter(({ score }) => score >= options.spawn)
    .sort((a, b) => b.score - a.score)
    .slice(0, Math.max(0, options.most - kept.length))
    .map((detection, index) => begin(before.nextId + index, detection, at))
  return {
    at,
    nextId: before.nextId + born.length,
    all: [...kept, ...born].sort((a, b) => a.id - b.id),
  }
}

function mayHide({ bornAt, seenAt }: Track, { hiddenMs }: TrackerOptions): number {
  return Math.min(hiddenMs, HIDDEN_AT_FIRST_MS + HIDDEN_BY_LIFE * (seenAt - bornAt))
}

/** `back`: the clock was set back so far, which makes nothing younger. */
function expect(each: Track, seconds: number, back: number): Track {
  const motion = moveOn(each.motion, seconds)
  return { ...each, motion, box: boxOf(motion), seenAt: each.seenAt - back, bornAt: each.bornAt - back }
}

interface Meeting {
  readonly met: readonly Track[]
  readonly alone: readonly Track[]
  readonly left: readonly Detection[]
}

function meet(tracks: readonly Track[], detections: readonly Detection[], at: number, most: number): Meeting {
  const columns = assign(
    tracks.map((each) => detections.map((detection) => costOf(each, detection, at, most))),
    ALONE,
  )
  const taken = new Set(columns)
  const found = tracks.map((each, index) => ({ each, detection: detections[columns[index] ?? -1] }))
  return {
    met: found.flatMap(({ each, detection }) => (detection ? [sees(each, detection, at)] : [])),
    alone: found.flatMap(({ each, detection }) => (detection ? [] : [each])),
    left: detections.filter((_, index) => !taken.has(index)),
  }
}

function costOf(each: Track, { label, box }: Detection, at: number, most: number): number {
  const overlap = overlapOf(each.box, box)
  const ratio = sizeOf(each.box) / sizeOf(box)
  if (label !== each.label && overlap < OTHER_LABEL.overlap) return Infinity
  if (overlap < SURELY_THE_SAME) {
    if (ratio > SIZE_RATIO || ratio < 1 / SIZE_RATIO) return Infinity
    if (surprise(each.motion, box) > most) return Infinity
  }
  const hidden = Math.min(HIDDEN_COST.most, (HIDDEN_COST.aSecond * (at - each.seenAt)) / 1_000)
  return distanceOf(each.box, box) + hidden + (label === each.label ? 0 : OTHER_LABEL.cost)
}

function sees(each: Track, { label, score, box }: Detection, at: number): Track {
  const motion = correct(each.motion, box)
  const kept = Object.entries(each.votes).map(([name, votes]) => [name, votes * OLD_VOTES_KEEP] as const)
  const votes = { ...Object.fromEntries(kept), [label]: (each.votes[label] ?? 0) * OLD_VOTES_KEEP + score }
  const [most] = Object.entries(votes).sort(([, a], [, b]) => b - a)
  return {
    ...each,
    label: most?.[0] ?? label,
    box: boxOf(motion),
    score,
    seenAt: at,
    seen: each.seen + 1,
    confirmed: true,
    motion,
    votes,
  }
}

function begin(id: number, { label, score, box }: Detection, at: number): Track {
  const motion = beginMotion(box)
  return {
    id,
    label,
    box,
    score,
    bornAt: at,
    seenAt: at,
    seen: 1,
    confirmed: false,
    motion,
    votes: { [label]: score },
  }
}
