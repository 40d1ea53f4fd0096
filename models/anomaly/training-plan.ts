import { GanzhiError } from '@ganzhi/contracts/error'
import type { WatchedProperty } from './anomaly-card.ts'
import { rounded } from './limits.ts'
import { quantile } from './quantile.ts'
import { looksOf } from './score-steps.ts'
import type { DeviceSeries } from './series-csv.ts'
import { holdOf, stepsOf } from './series-steps.ts'
import type { Step } from './step-grid.ts'
import { type LeftOut, suited } from './suited.ts'
import { Window } from './window.ts'

export type Normalised = Pick<WatchedProperty, 'id' | 'centre' | 'spread'>

/** What a model will be made of: told before it is begun. */
export interface TrainingPlan {
  readonly device: string
  readonly properties: readonly Normalised[]
  /** What was not asked for by name, and nothing can be learnt of. */
  readonly leftOut: readonly LeftOut[]
  readonly stepSeconds: number
  readonly window: number
  readonly holdSeconds: number
  readonly parts: { readonly train: Part; readonly calibrate: Part; readonly judge: Part }
}

/** One after the other in time. */
export interface Part {
  readonly steps: readonly Step[]
  /** Windows of which enough is known. */
  readonly windows: number
}

export interface PlanOptions {
  readonly stepSeconds: number
  /** Steps. */
  readonly window: number
  /** Its properties were asked for by name: one that nothing can be learnt of is refused, and not left out. */
  readonly named: boolean
}

const DAY_SECONDS = 86_400
/** A pattern of the day must have been seen on several, and limits need days of their own. */
const LEAST_DAYS = 10
const TRAIN_UNTIL = 0.6
const CALIBRATE_UNTIL = 0.8
const MOST_PROPERTIES = 16

/** Splits the series by time; refused with what is missing where it is too little. */
export function planTraining(read: DeviceSeries, { stepSeconds, window, named }: PlanOptions): TrainingPlan {
  const { suited: series, leftOut } = suited(read)
  const [first] = leftOut
  if (first && (named || series.length === 0)) {
    throw refused('properties', `${first.property} ${first.reason}`, '请去掉它。 Leave it out: --properties')
  }
  if (series.length > MOST_PROPERTIES) {
    throw refused(
      'properties',
      `${series.length} 个属性 properties`,
      `最多 Choose at most ${MOST_PROPERTIES}: --properties`,
    )
  }
  const stepMs = 1_000 * stepSeconds
  const holdMs = holdOf(series, stepMs)
  const steps = stepsOf(series, { stepMs, holdMs, window })
  const shape = { window, stepSeconds, properties: series.map(() => ({ centre: 0, spread: 1 })) }
  const ends = looksOf(steps, new Window(shape)).flatMap((look, i) => (look ? [i] : []))
  const days = (ends.length * stepSeconds) / DAY_SECONDS
  if (days < LEAST_DAYS) {
    const missing = Math.ceil(LEAST_DAYS - days)
    throw refused(
      'csv',
      `只有 ${days.toFixed(1)} 天的完好数据 days of good data are too little: ${LEAST_DAYS}`,
      `还要约 ${missing} 天所有属性都完好的数据。 About ${missing} more days in which all properties are good; or leave out the worst: --properties`,
    )
  }
  const at = (share: number) => 1 + (ends[Math.floor(share * (ends.length - 1))] ?? 0)
  const [calibrateFrom, judgeFrom] = [at(TRAIN_UNTIL), at(CALIBRATE_UNTIL)]
  const train = steps.slice(0, calibrateFrom)
  const part = (part: readonly Step[]): Part => ({
    steps: part,
    windows: looksOf(part, new Window(shape)).filter((look) => look !== undefined).length,
  })
  return {
    device: read.device,
    leftOut,
    properties: series.map(({ property }, p) =>
      normalised(
        property,
        train.map(({ values }) => values[p] ?? NaN),
      ),
    ),
    stepSeconds,
    window,
    holdSeconds: Math.ceil(holdMs / 1_000),
    parts: {
      train: part(train),
      calibrate: part(steps.slice(calibrateFrom, judgeFrom)),
      judge: part(steps.slice(judgeFrom)),
    },
  }
}

/** By what most values are, so that a few wild ones count for nothing. */
function normalised(id: string, all: readonly number[]): Normalised {
  const values = all.filter((value) => !Number.isNaN(value))
  const middle = (quantile(values, 0.84) - quantile(values, 0.16)) / 2
  // Rain is mostly none: then by the little that there is.
  const spread = middle > 0 ? middle : deviation(values)
  if (spread > 0) return { id, centre: rounded(quantile(values, 0.5)), spread: rounded(spread) }
  throw refused('properties', `${id} 从不变化 never changes`, '请去掉它。 Leave it out: --properties')
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

function refused(field: string, message: string, remedy: string): GanzhiError {
  return new GanzhiError(message, { code: 'too-little-data', blame: 'caller', field, remedy })
}
