/** No clocks were ever changed twice within so short a time: of all zones in tzdata Freetown's came nearest to it, in 1939, after 95 hours. */
const LOOK_MS = 48 * 3_600_000

/** From `start` up to `end` a clock on the wall is `offset` ahead of UTC. */
interface Stretch {
  readonly start: number
  readonly end: number
  readonly offset: number
}

/** A time of day as it is written on the wall: the milliseconds that UTC would have at the same date and time. */
export type WallTime = number

/** What the clocks of a zone show, within some time. */
export interface WallClock {
  /** The first moment at which they show this or later: a time that is left out is that of the change, of two it is the first. */
  momentOf(wall: WallTime): number
}

export type OffsetAt = (at: number) => number

const zones = new Map<string, OffsetAt>()

/** How far a zone is ahead of UTC at a moment. */
export function openZone(timeZone: string): OffsetAt {
  let offsetAt = zones.get(timeZone)
  if (!offsetAt) {
    // Of all languages this one writes ISO 8601, but for the T: 2026-11-21 08:30:00.
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    offsetAt = (at) => {
      const second = Math.floor(at / 1000) * 1000
      return Date.parse(`${clock.format(second).replace(' ', 'T')}Z`) - second
    }
    zones.set(timeZone, offsetAt)
  }
  return offsetAt
}

/** The clocks of a zone between two moments. */
export function wallClock(offsetAt: OffsetAt, from: number, to: number): WallClock {
  const stretches = [...stretchesOf(offsetAt, from, to)]
  return {
    momentOf(wall) {
      const shows = stretches.find(({ end, offset }) => wall < end + offset)
      return shows ? Math.max(shows.start, wall - shows.offset) : to
    },
  }
}

function* stretchesOf(offsetAt: OffsetAt, from: number, to: number): Iterable<Stretch> {
  let start = from
  let offset = offsetAt(from)
  for (let seen = from; seen < to;) {
    const next = Math.min(seen + LOOK_MS, to)
    const later = offsetAt(next)
    if (later !== offset) {
      const end = changeBetween(offsetAt, seen, next)
      yield { start, end, offset }
      start = end
      offset = later
    }
    seen = next
  }
  yield { start, end: to, offset }
}

/** The first moment with the later offset. */
function changeBetween(offsetAt: OffsetAt, before: number, after: number): number {
  const offset = offsetAt(before)
  let [low, high] = [before, after]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === offset) low = middle
    else high = middle
  }
  return high
}
