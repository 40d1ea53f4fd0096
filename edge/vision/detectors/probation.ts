import { GanzhiError } from '@ganzhi/contracts/error'
import type { LatencyWindow } from './latency-window.ts'

export interface ProbationLimits {
  /** p95 of a run may be so many times that of the model before. */
  readonly slowerBy: number
}

export interface Conduct {
  /** Looks that failed one after the other. */
  readonly failures: number
  /** Why the new model does not run. */
  readonly down: GanzhiError | undefined
  readonly latency: LatencyWindow
  readonly formerLatency: LatencyWindow
  /** On the same frames: in how many the former is sure of something, and in how many of them the new one sees anything. */
  readonly sight: { readonly first: number; readonly second: number }
}

const FAILURES_IN_A_ROW = 3
/** Fewer runs say nothing about p95. */
const RUNS_TO_TELL = 40
/** Below this nobody waits for a detector. */
const NOT_SLOW_MS = 5
/** A model that is worth having sees something in half of the frames at least in which the former did … */
const SEES_IN = 0.5
/** … and what it sees would come of such a one less often than this: then it is blind. */
const BY_CHANCE = 1e-4

/** Why a model that has just taken over is to be taken back; undefined while it does well. */
export function faultOfConduct(conduct: Conduct, { slowerBy }: ProbationLimits): GanzhiError | undefined {
  const { failures, down, latency, formerLatency, sight } = conduct
  if (down) return fault('model-throws', `it stopped: ${down.message}`, down)
  if (failures >= FAILURES_IN_A_ROW) return fault('model-throws', `${failures} looks in a row failed`)

  const p95 = latency.percentile(0.95) ?? 0
  const former = formerLatency.percentile(0.95)
  const slow = former !== undefined && p95 > Math.max(NOT_SLOW_MS, slowerBy * former)
  if (slow && latency.count >= RUNS_TO_TELL && formerLatency.count >= RUNS_TO_TELL) {
    return fault(
      'model-slow',
      `a look takes ${p95.toFixed(1)} ms (p95), the former one's ${former.toFixed(1)} ms`,
    )
  }

  if (atMost(sight.second, sight.first, SEES_IN) < BY_CHANCE) {
    const of = `${sight.second} of ${sight.first} frames in which the former one sees something`
    return fault('model-blind', `it sees something in ${of}`)
  }
  return undefined
}

/** How likely it is that of `n` tries `k` or fewer come true, each with `chance`. */
function atMost(k: number, n: number, chance: number): number {
  if (k >= n * chance) return 1
  let ways = Math.pow(1 - chance, n)
  let sum = ways
  for (let i = 1; i <= k; i++) {
    ways *= ((n - i + 1) / i) * (chance / (1 - chance))
    sum += ways
  }
  return sum
}

function fault(code: string, reason: string, cause?: GanzhiError): GanzhiError {
  return new GanzhiError(`the new model was taken back: ${reason}`, {
    code,
    blame: 'outside',
    remedy: 'Let it run in shadow first, and compare.',
    cause,
  })
}
