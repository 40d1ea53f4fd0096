import type { Lane } from '@ganzhi/contracts/record-key'
import type { Segment } from './segment.ts'

/** A gap record on the disk is smaller than this; what frees no more than it costs is not worth dropping. */
const GAP_BYTES = 512

/** What a lane that has reached its bytes lets go of next. `segments` are the lane's own, oldest first. */
export function victimInLane(segments: readonly Segment[]): Segment | undefined {
  return segments.find(isReceipted) ?? segments.find(isWorthDropping)
}

/** Which unreceipted lanes a record of this lane may push out of a full disk, in this order. */
const GIVES_WAY: Readonly<Record<Lane, readonly Lane[]>> = {
  telemetry: ['telemetry'],
  evidence: ['telemetry', 'evidence'],
  events: ['telemetry', 'evidence', 'events'],
}

/** What a full disk lets go of next, for a record of `lane`. `segments` are all, oldest first. */
export function victimOnDisk(segments: readonly Segment[], lane: Lane): Segment | undefined {
  const receipted = segments.find(isReceipted)
  if (receipted) return receipted
  for (const giving of GIVES_WAY[lane]) {
    const victim = segments.find((segment) => segment.lane === giving && isWorthDropping(segment))
    if (victim) return victim
  }
  return undefined
}

function isReceipted(segment: Segment): boolean {
  return segment.receiptedAt !== undefined && segment.bytes > 0
}

function isWorthDropping(segment: Segment): boolean {
  return segment.bytes > GAP_BYTES * (segment.gaps.length + 1)
}
