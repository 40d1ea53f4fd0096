import { type GanzhiError } from '@ganzhi/contracts/error'
import { isDeepStrictEqual } from 'node:util'
import type { ModelOrder } from './messages.ts'
import { SharedDetector, type SharedDetectorOptions } from './shared-detector.ts'

export interface PlannedModel {
  readonly model: ModelOrder
  /** A candidate that looks at a share of the frames, for comparison only. */
  readonly shadow?: { readonly model: ModelOrder; readonly share: number }
}

interface Goal extends PlannedModel {
  readonly threads: number
}

/** The former model has a way back for so long as it is there: the candidate comes after it. */
const PROBATION_ENDED_MS = 10_000

/** A detector that is brought to what is planned for it, one step after the other; what is refused leaves it as it is. */
export class PlannedDetector implements AsyncDisposable {
  readonly detector: SharedDetector
  readonly #options: Omit<SharedDetectorOptions, 'threads'>
  #goal: Goal
  #runs: Omit<Goal, 'shadow'>
  #shadow: PlannedModel['shadow']
  #refused: GanzhiError | undefined
  #shadowRefused: GanzhiError | undefined
  #turn = Promise.resolve()
  #cancel = () => {}
  #closed = false

  constructor(goal: Goal, options: Omit<SharedDetectorOptions, 'threads'>) {
    this.#options = options
    this.#goal = goal
    this.#runs = { model: goal.model, threads: goal.threads }
    this.detector = new SharedDetector(goal.model, { ...options, threads: goal.threads })
    void this.follow(goal)
  }

  /** Why the model that was asked for last does not run, though another one does. */
  get refused(): GanzhiError | undefined {
    return this.#refused
  }

  get shadowRefused(): GanzhiError | undefined {
    return this.#shadowRefused
  }

  /** Resolves when it is as planned, or was refused. */
  follow(goal: Goal): Promise<void> {
    this.#goal = goal
    this.#turn = this.#step(this.#turn)
    return this.#turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#cancel()
    await this.detector[Symbol.asyncDispose]()
    await this.#turn
  }

  async #step(before: Promise<void>): Promise<void> {
    await before
    if (this.#closed) return
    this.#refused = await this.#refusal(this.#approach(this.#goal))
    if (this.#closed) return
    this.#shadowRefused = await this.#refusal(this.#followShadow(this.#goal))
  }

  async #approach({ model, threads }: Goal): Promise<void> {
    const another = !isDeepStrictEqual(this.#runs.model, model)
    if (another && isDeepStrictEqual(this.#shadow?.model, model)) {
      await this.detector.promote()
      this.#shadow = undefined
      this.#runs = { ...this.#runs, model }
    }
    if (isDeepStrictEqual(this.#runs, { model, threads })) return
    await this.detector.swap(model, { threads, ...(another ? {} : { probationMs: 0 }) })
    this.#shadow = undefined
    this.#runs = { model, threads }
  }

  async #followShadow({ shadow }: Goal): Promise<void> {
    this.#cancel()
    if (isDeepStrictEqual(this.#shadow, shadow)) return
    if (this.#shadow) await this.detector.endShadow()
    this.#shadow = undefined
    if (!shadow) return
    if (this.detector.comparison?.role === 'former') {
      this.#cancel = this.#options.clock.after(PROBATION_ENDED_MS, () => void this.follow(this.#goal))
      return
    }
    await this.detector.shadow(shadow.model, shadow.share)
    this.#shadow = shadow
  }

  async #refusal(step: Promise<void>): Promise<GanzhiError | undefined> {
    try {
      await step
      return undefined
    } catch (error) {
      const err = error as GanzhiError
      if (!this.#closed) this.#options.log.warn({ err }, 'model refused: what ran before runs on')
      return err
    }
  }
}
