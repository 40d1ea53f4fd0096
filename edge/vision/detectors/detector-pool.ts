import { type GanzhiError } from '@ganzhi/contracts/error'
import { CorePermits } from './core-permits.ts'
import type { ModelOrder } from './messages.ts'
import { SharedDetector, type SharedDetectorOptions } from './shared-detector.ts'

export interface DetectorPoolOptions extends Omit<SharedDetectorOptions, 'cores' | 'threads'> {
  /** CPU cores for all models together. */
  readonly cores: number
}

/** The detectors of a gateway by the name that cameras ask for; their threads together are the cores. */
export class DetectorPool implements AsyncDisposable {
  readonly #options: DetectorPoolOptions
  readonly #cores: CorePermits
  readonly #detectors = new Map<string, { model: ModelOrder; threads: number; detector: SharedDetector }>()
  readonly #refused = new Map<string, GanzhiError>()

  constructor(options: DetectorPoolOptions) {
    this.#options = options
    this.#cores = new CorePermits(options.cores)
  }

  get(name: string): SharedDetector | undefined {
    return this.#detectors.get(name)?.detector
  }

  /** Why the model that was asked for last does not run, though another one does. */
  refused(name: string): GanzhiError | undefined {
    return this.#refused.get(name)
  }

  /** What is new is opened, what is gone is closed, what is another model gives way to it; a refused one changes nothing. */
  async configure(models: ReadonlyMap<string, ModelOrder>): Promise<void> {
    const gone = [...this.#detectors].filter(([name]) => !models.has(name))
    for (const [name] of gone) this.#detectors.delete(name)
    const threads = threadsOf(this.#options.cores, models.size)
    const changes = [...models].map(([name, model], index) => this.#set(name, model, threads[index] ?? 1))
    await Promise.all([...changes, ...gone.map(([, { detector }]) => detector[Symbol.asyncDispose]())])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.configure(new Map())
  }

  async #set(name: string, model: ModelOrder, threads: number): Promise<void> {
    const { cores: _, ...options } = this.#options
    const log = options.log.child({ detector: name })
    const running = this.#detectors.get(name)
    if (!running) {
      const detector = new SharedDetector(model, { ...options, log, cores: this.#cores, threads })
      this.#detectors.set(name, { model, threads, detector })
      return
    }
    if (running.threads === threads && JSON.stringify(running.model) === JSON.stringify(model)) return
    try {
      await running.detector.swap(model, { threads })
      this.#detectors.set(name, { ...running, model, threads })
      this.#refused.delete(name)
    } catch (err) {
      this.#refused.set(name, err as GanzhiError)
      log.warn({ err }, 'model refused: the one before runs on')
    }
  }
}

/** So many for each that they are the cores together; one at least. */
export function threadsOf(cores: number, models: number): number[] {
  return Array.from({ length: models }, (_, index) =>
    Math.max(1, Math.floor(cores / models) + (index < cores % models ? 1 : 0)),
  )
}
