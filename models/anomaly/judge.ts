import type { AnomalyCard } from './anomaly-card.ts'
import { type AnomalyEvaluation, PLANTED_KINDS, type PlantedKind } from './anomaly-evaluation.ts'
import { planted, PLANTS } from './plant.ts'
import { quantile } from './quantile.ts'
import { integerIn, type Random } from './random.ts'
import type { Restorer } from './restorer.ts'
import { type Score, scoreSteps } from './score-steps.ts'
import type { Step } from './step-grid.ts'

const PLANTED_EACH = 24
const DAY_SECONDS = 86_400

export interface Judging {
  readonly card: AnomalyCard
  readonly restorer: Restorer
  readonly random: Random
}

/** How a model does on `steps` that it never saw: as they are, and with one anomaly planted at a time. */
export async function judge(
  steps: readonly Step[],
  judging: Judging,
): Promise<Omit<AnomalyEvaluation, 'weights'>> {
  const { card, restorer } = judging
  const scores = await scoreSteps(steps, card, restorer)
  const alarms = alarmsIn(scores, card)
  const windows = scores.filter(({ score }) => score !== null).length
  const trials: Trial[] = []
  for (const kind of PLANTED_KINDS) {
    if (PLANTS[kind].needsTwo && card.properties.length < 2) continue
    for (let n = 0; n < PLANTED_EACH; n++) trials.push(await tryOne(kind, n, steps, scores, alarms, judging))
  }
  const found = trials.filter(({ delay }) => delay !== undefined).length
  const elsewhere = trials.reduce((sum, trial) => sum + trial.elsewhere, 0)
  return {
    from: isoOf(steps.at(0)),
    to: isoOf(steps.at(-1)),
    windows,
    falseAlarmsPerDay: short((alarms.length * DAY_SECONDS) / (windows * card.stepSeconds)),
    precision: found + elsewhere === 0 ? null : short(found / (found + elsewhere)),
    recall: short(found / trials.length),
    planted: PLANTED_KINDS.flatMap((kind) =>
      summary(
        trials.filter((trial) => trial.kind === kind),
        card,
      ),
    ),
  }
}

interface Trial {
  readonly kind: PlantedKind
  /** Steps until it was found. */
  readonly delay: number | undefined
  /** Alarms that were not of it. */
  readonly elsewhere: number
}

async function tryOne(
  kind: PlantedKind,
  n: number,
  steps: readonly Step[],
  scores: readonly Score[],
  alarms: readonly Alarm[],
  { card, restorer, random }: Judging,
): Promise<Trial> {
  const { window, stepSeconds, properties } = card
  const plant = PLANTS[kind]
  const lasts = plant.steps(window)
  const stepsADay = DAY_SECONDS / stepSeconds
  const property = n % properties.length
  const first = kind === 'late' ? Math.max(window, Math.round(stepsADay / 2)) : window
  const begin = placeIn(scores, first, lasts, random)
  const way = Math.floor(n / properties.length) % 2 === 0 ? 1 : -1
  const spread = properties[property]?.spread ?? 1
  const spoilt = planted(plant, { steps, spread, window, stepsADay, property, begin, way })
  // What lies before its window does not change its scores.
  const near = await scoreSteps(spoilt.slice(Math.max(0, begin - window), begin + lasts), card, restorer)
  const after = near.slice(-lasts)
  const delay = after.findIndex(({ score }) => isAlarm(score, card))
  const farFrom = (alarm: Alarm) => alarm.last < begin || alarm.first >= begin + lasts + window
  return { kind, delay: delay < 0 ? undefined : delay, elsewhere: alarms.filter(farFrom).length }
}

/** A step with a score, so that it may be found at all. */
function placeIn(scores: readonly Score[], first: number, lasts: number, random: Random): number {
  const last = Math.max(first, scores.length - lasts)
  for (let tries = 0; tries < 1_000; tries++) {
    const begin = integerIn(random, first, last)
    if (scores[begin]?.score !== null) return begin
  }
  return first
}

interface Alarm {
  readonly first: number
  readonly last: number
}

/** Indices of steps. Alarms less than a window apart are one. */
function alarmsIn(scores: readonly Score[], card: AnomalyCard): Alarm[] {
  const alarms: Alarm[] = []
  scores.forEach(({ score }, i) => {
    if (!isAlarm(score, card)) return
    const before = alarms.at(-1)
    if (before && i - before.last < card.window) alarms[alarms.length - 1] = { first: before.first, last: i }
    else alarms.push({ first: i, last: i })
  })
  return alarms
}

function isAlarm(score: number | null, { alarm }: AnomalyCard): boolean {
  return score !== null && score >= alarm
}

function summary(trials: readonly Trial[], { stepSeconds }: AnomalyCard): AnomalyEvaluation['planted'] {
  const kind = trials[0]?.kind
  if (kind === undefined) return []
  const delays = trials.flatMap(({ delay }) => (delay === undefined ? [] : [delay]))
  const found = delays.length
  return [
    {
      kind,
      what: PLANTS[kind].what,
      planted: trials.length,
      found,
      recall: short(found / trials.length),
      medianDelaySeconds: found === 0 ? null : quantile(delays, 0.5) * stepSeconds,
    },
  ]
}

function isoOf(step: Step | undefined): string {
  return new Date(step?.at ?? 0).toISOString()
}

function short(number: number): number {
  return Math.round(number * 10_000) / 10_000
}
