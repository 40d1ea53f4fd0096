import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { CARD } from '../package/card-file.ts'
import { digestOfWeights, EVALUATION } from '../package/contents.ts'
import type { AnomalyCard } from './anomaly-card.ts'
import type { AnomalyEvaluation } from './anomaly-evaluation.ts'
import { GRAPH_FILE, graphModelFiles, SHARD_FILE } from './graph-model.ts'
import { judge } from './judge.ts'
import { limitsOf } from './limits.ts'
import { seededRandom } from './random.ts'
import { openRestorer } from './restorer.ts'
import { looksOf, signsOfAll } from './score-steps.ts'
import { trainNetwork } from './train-network.ts'
import type { TrainingPlan } from './training-plan.ts'
import { Window } from './window.ts'

export interface TrainOptions {
  /** An empty folder, which becomes the package. */
  readonly dir: string
  readonly seed: number
  readonly epochs: number
  readonly signal: AbortSignal
  readonly onEpoch?: (done: number) => void
}

export interface Trained {
  readonly card: AnomalyCard
  readonly evaluation: AnomalyEvaluation
}

/** Twice the limit: 1 of 100 normal windows exceeds the limit, and hardly any exceeds it so far. */
const ALARM = 0.66
const MOST_WINDOWS = 20_000

/** Trains, calibrates and judges a model, each on its own part of the series, and writes the files of its package. */
export async function trainAnomaly(plan: TrainingPlan, options: TrainOptions): Promise<Trained> {
  const { dir, seed, epochs, signal, onEpoch } = options
  const { device, properties, stepSeconds, window, holdSeconds, parts } = plan
  const shape = { properties, stepSeconds, window }
  const random = seededRandom(seed)
  const windows = looksOf(parts.train.steps, new Window(shape)).flatMap((look) => (look ? [look.input] : []))
  const sparse = Math.ceil(windows.length / MOST_WINDOWS)
  const layers = await trainNetwork(
    windows.filter((_, i) => i % sparse === 0),
    shape,
    { epochs, random, signal, onEpoch },
  )
  const { json, shard } = graphModelFiles(layers)
  await writeFile(join(dir, SHARD_FILE), shard)
  await writeFile(join(dir, GRAPH_FILE), json)
  // From here on as it will run.
  await using restorer = await openRestorer(join(dir, GRAPH_FILE), shape)
  const normal = await signsOfAll(looksOf(parts.calibrate.steps, new Window(shape)), restorer)
  const limits = limitsOf(
    normal.flatMap((signs) => (signs ? [signs] : [])),
    properties.length,
    window,
  )
  const card: AnomalyCard = {
    kind: 'anomaly',
    id: `my-city/${device.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-')}`,
    version: 1,
    weights: GRAPH_FILE,
    device,
    properties: properties.flatMap((property, p) => {
      const own = limits[p]
      return own ? [{ ...property, limits: own }] : []
    }),
    stepSeconds,
    window,
    holdSeconds,
    alarm: ALARM,
    licence: 'NOASSERTION',
    training: trainingText(plan, options),
  }
  const judged = await judge(parts.judge.steps, { card, restorer, random })
  const evaluation = { ...judged, weights: digestOfWeights([Buffer.from(json), shard]) }
  await writeFile(join(dir, EVALUATION), `${JSON.stringify(evaluation, undefined, 2)}\n`)
  await writeFile(join(dir, CARD), stringify(card))
  return { card, evaluation }
}

function trainingText({ parts }: TrainingPlan, { seed, epochs }: TrainOptions): string {
  const spans = [parts.train, parts.calibrate].map(({ steps, windows }) => {
    const [from, to] = [steps.at(0), steps.at(-1)].map((step) => new Date(step?.at ?? 0).toISOString())
    return `${from} to ${to} (${windows} windows)`
  })
  return `trained on ${spans[0]}, limits from ${spans[1]}; seed ${seed}, ${epochs} epochs`
}
