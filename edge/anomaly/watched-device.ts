import { type ErrorDocument, errorDocument } from '@ganzhi/contracts/error'
import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { OpenModel } from '@ganzhi/models/anomaly/open-model'
import { scoreReading, scoreTable } from '@ganzhi/models/anomaly/score-reading'
import { type Score, scoreSteps } from '@ganzhi/models/anomaly/score-steps'
import { type Step, StepGrid } from '@ganzhi/models/anomaly/step-grid'
import { Window } from '@ganzhi/models/anomaly/window'
import type { Logger } from 'pino'

/** What was read of a property. */
export type Heard = Pick<Reading, 'at' | 'quality' | 'value'>

export interface WatchOptions {
  /** Takes a batch for good, or rejects and has taken nothing of it. */
  readonly sink: (table: PointTable, readings: Reading[]) => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

/** For what belongs to a step and is read at its very end. */
const GRACE_MS = 2_000
/** Scores that wait while the sink takes none: a day of quarters of an hour. */
const MOST_PENDING = 96

/** One device, its model, and the window of it that is looked at. Gives a score at the end of each step. */
export class WatchedDevice implements AsyncDisposable {
  readonly model: OpenModel
  readonly #options: WatchOptions
  readonly #table: PointTable
  readonly #places: ReadonlyMap<string, number>
  readonly #grid: StepGrid
  readonly #window: Window
  readonly #stop = new AbortController()
  readonly #following: Promise<void>
  #scoring: Promise<void> = Promise.resolve()
  #pending: Reading[] = []
  #last: Score | undefined
  #failure: ErrorDocument | undefined

  constructor(model: OpenModel, options: WatchOptions) {
    const { device, properties, stepSeconds, holdSeconds, window } = model.card
    this.model = model
    this.#options = options
    this.#table = scoreTable(device)
    this.#places = new Map(properties.map(({ id }, place) => [id, place]))
    const [stepMs, holdMs] = [stepSeconds * 1_000, holdSeconds * 1_000]
    this.#grid = new StepGrid({ stepMs, holdMs, properties: properties.length, window })
    this.#window = new Window(model.card)
    this.#following = this.#follow(stepMs)
  }

  /** The newest; none before the first step has ended. */
  get last(): Score | undefined {
    return this.#last
  }

  /** Why the model gave no score the last time it was asked. */
  get failure(): ErrorDocument | undefined {
    return this.#failure
  }

  hear(property: string, { at, quality, value }: Heard): void {
    const place = this.#places.get(property)
    if (place === undefined) return
    const known = quality === 'good' && (typeof value === 'number' || typeof value === 'bigint')
    // A device whose clock is ahead would end steps before their time.
    const heardAt = Math.min(at, this.#options.clock.now())
    this.#take(this.#grid.say(place, heardAt, known ? Number(value) : NaN))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#following
    await this.#scoring
    await this.model.restorer[Symbol.asyncDispose]()
  }

  /** Steps end also while nothing is said. */
  async #follow(stepMs: number): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stop
    for (;;) {
      const left = stepMs - (clock.now() % stepMs)
      await sleep(clock, left + GRACE_MS, signal).catch(() => {})
      if (signal.aborted) return
      this.#take(this.#grid.advance(clock.now()))
    }
  }

  #take(steps: readonly Step[]): void {
    if (steps.length > 0) this.#scoring = this.#scoring.then(() => this.#score(steps))
  }

  async #score(steps: readonly Step[]): Promise<void> {
    const { card, restorer } = this.model
    const { log } = this.#options
    const scores = await scoreSteps(steps, card, restorer, this.#window).catch((err: unknown) => {
      if (this.#failure === undefined) log.error({ err, device: card.device }, 'the anomaly model failed')
      this.#failure = errorDocument(err)
      return steps.map(({ at }) => ({ at, score: null }))
    })
    if (scores.some(({ score }) => score !== null)) this.#failure = undefined
    await this.#report(scores)
  }

  /** That there is no score is said once; it is true until there is one. */
  async #report(scores: readonly Score[]): Promise<void> {
    const { sink, log } = this.#options
    for (const score of scores) {
      const before = this.#last
      this.#last = score
      if (score.score === null && before?.score === null) continue
      this.#pending.push(scoreReading(score.at, score.score))
    }
    const batch = this.#pending.slice(-MOST_PENDING)
    this.#pending = []
    if (batch.length === 0) return
    await sink(this.#table, batch).catch((err: unknown) => {
      this.#pending = batch
      log.warn({ err, waiting: batch.length }, 'anomaly scores are not taken; they wait')
    })
  }
}
