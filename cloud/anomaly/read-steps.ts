import type { AnomalyCard } from '@ganzhi/models/anomaly/anomaly-card'
import { type Step, StepGrid } from '@ganzhi/models/anomaly/step-grid'
import type { Abortable, Sample, SeriesStore, Span } from '../series-store/series-store.ts'

/** A grid that begins with the step that holds `from`. */
export function gridFrom(
  from: number,
  { stepSeconds, holdSeconds, properties, window }: AnomalyCard,
): StepGrid {
  const grid = new StepGrid({
    stepMs: stepSeconds * 1_000,
    holdMs: holdSeconds * 1_000,
    properties: properties.length,
    window,
  })
  grid.advance(from)
  return grid
}

export interface StepsQuery extends Span {
  readonly stepMs: number
  /** Series → place of its property in the model. */
  readonly places: ReadonlyMap<number, number>
}

/** The steps of a span, which begins where `grid` stands. */
export async function readSteps(
  store: SeriesStore,
  grid: StepGrid,
  { from, to, stepMs, places }: StepsQuery,
  options: Abortable,
): Promise<Step[]> {
  const samples: Sample[] = []
  for await (const page of store.samples({ seriesIds: [...places.keys()], from, to }, options)) {
    for (const sample of page.samples) samples.push(sample)
  }
  samples.sort((a, b) => a.at - b.at)
  const steps: Step[] = []
  let next = 0
  for (let end = from + stepMs; end <= to; end += stepMs) {
    for (let sample = samples[next]; sample && sample.at < end; sample = samples[++next]) {
      grid.say(places.get(sample.seriesId) ?? -1, sample.at, numberIn(sample))
    }
    steps.push(...grid.advance(end))
  }
  return steps
}

/** NaN: from then on it is not known, or not to be trusted. */
function numberIn({ quality, value }: Sample): number {
  const known = quality === 'good' && (typeof value === 'number' || typeof value === 'bigint')
  return known ? Number(value) : NaN
}
