import { doublingBackoff } from '../backoff.ts'

/** Whether a lane's stream takes messages: after a refusal one message at a time tries it, with growing pauses. */
export interface LaneGate {
  /** False while waiting, and while the one that tries is still unanswered. */
  allows(now: number, onWire: number): boolean
  /** When it is worth asking again; undefined when open. */
  readonly closedUntil: number | undefined
  /** Returns true when this closed an open gate. */
  refused(now: number): boolean
  /** Returns true when this opened a closed gate. */
  taken(): boolean
}

const SHORTEST_MS = 250

export function laneGate(longestMs: number, random: () => number): LaneGate {
  const backoff = doublingBackoff([Math.min(SHORTEST_MS, longestMs), longestMs], random)
  let until: number | undefined

  return {
    get closedUntil() {
      return until
    },
    allows: (now, onWire) => until === undefined || (now >= until && onWire === 0),
    refused(now) {
      const wasOpen = until === undefined
      // The others of a burst that was refused together say nothing new.
      if (until === undefined || now >= until) until = now + backoff.next()
      return wasOpen
    },
    taken() {
      const wasClosed = until !== undefined
      until = undefined
      backoff.reset()
      return wasClosed
    },
  }
}
