import type { PipelineFigures } from '../../vision/camera-pipeline.ts'
import type { ProcessTimes } from './process-times.ts'

/** What was counted up to a moment. */
export interface Tally {
  /** ms on a clock that never goes back. */
  readonly at: number
  readonly figures: PipelineFigures
  readonly boxes: number
  readonly times: ProcessTimes | undefined
}

/** What a camera and a model cost on this machine. */
export interface CameraCost {
  readonly seconds: number
  /** Looked at, or with nothing in them that moves. */
  readonly frames: number
  readonly still: number
  readonly reachedFps: number
  /** From a frame to its boxes; half of the looks took at most so long. */
  readonly inferenceMs: number | null
  readonly lagMs: number | null
  /** In a frame that was looked at. */
  readonly boxes: number | null
  /** ms of processor time a frame; null where the system does not tell. */
  readonly cpuMs: (ProcessTimes & { readonly total: number }) | null
}

export function costBetween(before: Tally, after: Tally): CameraCost {
  const seen = after.figures.seen - before.figures.seen
  const still = after.figures.still - before.figures.still
  const frames = seen + still
  const seconds = (after.at - before.at) / 1_000
  return {
    seconds,
    frames,
    still,
    reachedFps: frames / seconds,
    inferenceMs: after.figures.inferenceMs ?? null,
    lagMs: after.figures.lagMs ?? null,
    boxes: seen > 0 ? (after.boxes - before.boxes) / seen : null,
    cpuMs: before.times && after.times && frames > 0 ? perFrame(before.times, after.times, frames) : null,
  }
}

function perFrame(before: ProcessTimes, after: ProcessTimes, frames: number): CameraCost['cpuMs'] {
  const of = (part: keyof ProcessTimes) => (after[part] - before[part]) / frames
  const [agent, detector, decoder] = [of('agent'), of('detector'), of('decoder')]
  return { total: agent + detector + decoder, agent, detector, decoder }
}
