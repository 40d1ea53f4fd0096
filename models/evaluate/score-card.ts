import type { Detection } from '../detection.ts'
import { averagePrecision } from './average-precision.ts'
import { type Judged, judge, OVERLAPS, type Truth } from './match.ts'

/** null: there was nothing of this label to find, or nothing was found. */
export interface LabelScore {
  readonly label: string
  readonly ap50: number | null
  readonly ap: number | null
  /** At the asked score, as scenes use the model. */
  readonly precision: number | null
  readonly recall: number | null
  readonly truths: number
}

export interface Scores {
  /** Means over the labels that have truths. */
  readonly map50: number
  readonly map: number
  readonly perClass: readonly LabelScore[]
}

/** Takes picture by picture; of each only the verdicts are kept, not the boxes. */
export class ScoreCard {
  readonly #byLabel: ReadonlyMap<string, { truths: number; readonly judged: Judged[] }>

  /** What is found or marked under other labels doesn't count. */
  constructor(labels: readonly string[]) {
    this.#byLabel = new Map(labels.map((label) => [label, { truths: 0, judged: [] }]))
  }

  add(detections: readonly Detection[], truths: readonly Truth[]): void {
    const found = Map.groupBy(detections, ({ label }) => label)
    const marked = Map.groupBy(truths, ({ label }) => label)
    for (const [label, kept] of this.#byLabel) {
      const there = marked.get(label) ?? []
      kept.truths += there.filter(({ crowd }) => !crowd).length
      kept.judged.push(...judge(found.get(label) ?? [], there))
    }
  }

  /** `score`: detections below it count for no precision and no recall. */
  scores(score: number): Scores {
    const perClass = [...this.#byLabel].map(([label, { truths, judged }]) =>
      labelScore(label, truths, judged, score),
    )
    return {
      map50: mean(perClass.flatMap(({ ap50 }) => ap50 ?? [])),
      map: mean(perClass.flatMap(({ ap }) => ap ?? [])),
      perClass,
    }
  }
}

function labelScore(label: string, truths: number, judged: readonly Judged[], score: number): LabelScore {
  const best = judged.toSorted((a, b) => b.score - a.score)
  const precisions = OVERLAPS.map((_, i) =>
    averagePrecision(
      best.map(({ verdicts }) => verdicts[i] ?? 'wrong'),
      truths,
    ),
  )
  const used = best.filter((each) => each.score >= score).map(({ verdicts }) => verdicts[0])
  const right = used.filter((verdict) => verdict === 'right').length
  const wrong = used.filter((verdict) => verdict === 'wrong').length
  return {
    label,
    ap50: truths === 0 ? null : (precisions[0] ?? 0),
    ap: truths === 0 ? null : mean(precisions),
    precision: right + wrong === 0 ? null : right / (right + wrong),
    recall: truths === 0 ? null : right / truths,
    truths,
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}
