import type { Reading } from '@ganzhi/contracts/reading'
import type { OpenModel } from '@ganzhi/models/anomaly/open-model'
import { SCORE, scoreReading, scoreTable } from '@ganzhi/models/anomaly/score-reading'
import { type Score, scoreSteps } from '@ganzhi/models/anomaly/score-steps'
import type { Step, StepGrid } from '@ganzhi/models/anomaly/step-grid'
import { Window } from '@ganzhi/models/anomaly/window'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { writeDerived } from '../derived/write-derived.ts'
import type { FailPoint } from '../ingest/fail-point.ts'
import { inLedgerTransaction } from '../ledger/ledger-transaction.ts'
import { type DeviceSeries, seriesOfDevice } from '../register/device-series.ts'
import type { SeriesStore } from '../series-store/series-store.ts'
import { type AnomalyProgress, moveOn, progressOf } from './progress.ts'
import { gridFrom, readSteps } from './read-steps.ts'

export interface ScoringOptions {
  readonly pool: Pool
  readonly store: SeriesStore
  readonly failPoint: FailPoint
  readonly now: () => number
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Steps that are read, scored and stored at once. */
const STEPS_AT_ONCE = 64
/** A gateway that has not sent a score of its own for so long does not score any more. */
const LEFT_TO_GATEWAY_MS = 86_400_000

/** What is held in memory of a device; all of it can be read again. */
interface Position {
  readonly gatewayId: number
  readonly grid: StepGrid
  readonly window: Window
  readonly progress: AnomalyProgress
  /** Where the next step begins. */
  readonly at: number
}

/** One device, scored from its stored series, each step once: where it stands is moved with the scores. */
export class ScoredDevice {
  readonly gateway: string
  readonly #model: OpenModel
  readonly #options: ScoringOptions
  readonly #stepMs: number
  #position: Position | undefined
  #failed = false

  constructor(gateway: string, model: OpenModel, options: ScoringOptions) {
    this.gateway = gateway
    this.#model = model
    this.#options = options
    this.#stepMs = model.card.stepSeconds * 1_000
  }

  get name(): string {
    return this.#model.card.device
  }

  /** Scores some of the steps that ended by `complete`; true where there are more. */
  async follow(complete: number): Promise<boolean> {
    const target = complete - (complete % this.#stepMs)
    if (this.#position && this.#position.at >= target) return false
    const position = this.#position
    this.#position = undefined
    const { pool } = this.#options
    const { device, properties } = this.#model.card
    // Looked up each time: a database that was restored may know it by other numbers.
    const wanted = [...properties.map(({ id }) => id), SCORE]
    const series = await seriesOfDevice(pool, this.gateway, device, wanted)
    const [first] = series.filter(({ property }) => property !== SCORE)
    if (!first) return false
    const from =
      position?.gatewayId === first.gatewayId ? position : await this.#begin(first.gatewayId, series, target)
    const to = Math.min(target, from.at + STEPS_AT_ONCE * this.#stepMs)
    this.#position = to > from.at ? await this.#score(from, to, series) : from
    return to < target
  }

  /** As if it had been followed all the time. */
  async #begin(gatewayId: number, series: readonly DeviceSeries[], target: number): Promise<Position> {
    const { pool } = this.#options
    const { card } = this.#model
    const progress = await progressOf(pool, { gatewayId, device: card.device }, target)
    const stepMs = this.#stepMs
    const at = Math.ceil(progress.scoredUntil / stepMs) * stepMs
    const window = new Window(card)
    const before = card.window + Math.ceil(card.holdSeconds / card.stepSeconds)
    let from = at - before * stepMs
    const grid = gridFrom(from, card)
    while (from < at) {
      const to = Math.min(at, from + STEPS_AT_ONCE * stepMs)
      for (const step of await this.#read(grid, from, to, series)) window.push(step)
      from = to
    }
    return { gatewayId, grid, window, progress, at }
  }

  async #score(from: Position, to: number, series: readonly DeviceSeries[]): Promise<Position | undefined> {
    const { store, failPoint, log, signal } = this.#options
    const { card } = this.#model
    const steps = await this.#read(from.grid, from.at, to, series)
    const newest = await newestScore(store, series)
    // Its own are none newer.
    const sent = newest && newest.at > from.progress.scoredUntil ? newest.at : undefined
    const sentAt = sent ?? from.progress.sentAt
    if (sent !== undefined && isOurs(from.at, from.progress.sentAt)) {
      log.warn(
        { gateway: this.gateway, device: card.device },
        'the gateway scores it itself: it is left to it',
      )
    }
    for (const step of steps) if (!isOurs(step.at, sentAt)) from.window.push(step)
    const scores = await this.#scoresOf(
      steps.filter(({ at }) => isOurs(at, sentAt)),
      from.window,
    )
    const readings: Reading[] = []
    // That there is no score is stored once, and true until there is one.
    let unknown = newest?.value === null
    for (const { at, score } of scores) {
      if (score === null && unknown) continue
      unknown = score === null
      readings.push(scoreReading(at, score))
    }
    signal.throwIfAborted()
    const progress = { scoredUntil: to, sentAt }
    const stored = await this.#store(from, progress, readings)
    failPoint('committed')
    return stored ? { ...from, progress, at: to } : undefined
  }

  #read(grid: StepGrid, from: number, to: number, series: readonly DeviceSeries[]): Promise<Step[]> {
    const { store, signal } = this.#options
    const { properties } = this.#model.card
    const places = new Map(
      series.flatMap(({ id, property }) => {
        const place = properties.findIndex((each) => each.id === property)
        return place < 0 ? [] : [[id, place]]
      }),
    )
    return readSteps(store, grid, { from, to, stepMs: this.#stepMs, places }, { signal })
  }

  /** A model that fails tells nothing, which is said by the quality. */
  async #scoresOf(steps: readonly Step[], window: Window): Promise<Score[]> {
    const { card, restorer } = this.#model
    const { log, signal } = this.#options
    try {
      const scores = await scoreSteps(steps, card, restorer, window)
      this.#failed = false
      return scores
    } catch (err) {
      signal.throwIfAborted()
      if (!this.#failed)
        log.error({ err, gateway: this.gateway, device: card.device }, 'the anomaly model failed')
      this.#failed = true
      return steps.map(({ at }) => ({ at, score: null }))
    }
  }

  /** False where another process was sooner. */
  #store({ gatewayId, progress: before }: Position, progress: AnomalyProgress, readings: readonly Reading[]) {
    const { pool, store, failPoint, now } = this.#options
    const { device } = this.#model.card
    return inLedgerTransaction(pool, async (tx) => {
      if (!(await moveOn(tx.client, { gatewayId, device }, before.scoredUntil, progress))) return false
      failPoint('began')
      if (readings.length > 0)
        await writeDerived(tx, store, { gatewayId, table: scoreTable(device), readings }, now())
      failPoint('before-commit')
      return true
    })
  }
}

function isOurs(at: number, sentAt: number | undefined): boolean {
  return sentAt === undefined || at > sentAt + LEFT_TO_GATEWAY_MS
}

async function newestScore(store: SeriesStore, series: readonly DeviceSeries[]) {
  const seriesIds = series.flatMap(({ id, property }) => (property === SCORE ? [id] : []))
  const latest = seriesIds.length > 0 ? await store.latest({ seriesIds }) : []
  return latest.toSorted((a, b) => b.at - a.at)[0]
}
