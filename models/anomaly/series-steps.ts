import type { Series } from './series-csv.ts'
import { type GridOptions, type Step, StepGrid } from './step-grid.ts'

/** Series of one device side by side on a regular step. */
export function stepsOf(series: readonly Series[], options: Omit<GridOptions, 'properties'>): Step[] {
  const grid = new StepGrid({ ...options, properties: series.length })
  const next = series.map(() => 0)
  const steps: Step[] = []
  for (;;) {
    const property = earliest(series, next)
    const place = next[property] ?? 0
    const { at, values } = series[property] ?? { at: [], values: [] }
    const time = at[place]
    if (time === undefined) return steps
    for (const step of grid.say(property, time, values[place] ?? NaN)) steps.push(step)
    next[property] = place + 1
  }
}

/** Whose next reading is the earliest. */
function earliest(series: readonly Series[], next: readonly number[]): number {
  let best = 0
  let bestAt = Infinity
  series.forEach(({ at }, i) => {
    const time = at[next[i] ?? 0] ?? Infinity
    if (time < bestAt) {
      bestAt = time
      best = i
    }
  })
  return best
}

const LONGEST_HOLD_MS = 86_400_000

/** For how long a value holds: twice as long as nearly all pauses between readings were. */
export function holdOf(series: readonly Series[], stepMs: number): number {
  const longest = series.map(({ at }) => {
    const pauses = at.slice(1).map((time, i) => time - (at[i] ?? time))
    return pauses.sort((a, b) => a - b)[Math.floor(0.99 * pauses.length)] ?? 0
  })
  return Math.min(LONGEST_HOLD_MS, 2 * Math.max(stepMs, ...longest))
}
