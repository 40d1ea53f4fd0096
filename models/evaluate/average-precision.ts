import type { Verdict } from './match.ts'

/**
 * COCO's 101 points: the mean, over recalls 0, 0.01 … 1, of the best precision reached at that recall or beyond. `verdicts` stand
 * in the order of falling scores.
 */
export function averagePrecision(verdicts: readonly Verdict[], truths: number): number {
  const steps = precisionSteps(verdicts)
  let best = 0
  for (const step of steps.toReversed()) {
    best = Math.max(best, step.precision)
    step.precision = best
  }
  let sum = 0
  let at = 0
  for (let percent = 0; percent <= 100; percent += 1) {
    // Whole numbers: 35 of 100 are a recall of 0.35, whatever 0.01 × 35 is in binary.
    while (at < steps.length && (steps[at]?.right ?? 0) * 100 < percent * truths) at += 1
    sum += steps[at]?.precision ?? 0
  }
  return sum / 101
}

function precisionSteps(verdicts: readonly Verdict[]): { right: number; precision: number }[] {
  let right = 0
  let judged = 0
  return verdicts.flatMap((verdict) => {
    if (verdict === 'ignored') return []
    judged += 1
    if (verdict === 'right') right += 1
    return [{ right, precision: right / judged }]
  })
}
