import { CorePermits } from './core-permits.ts'
import { PlannedDetector, type PlannedModel } from './planned-detector.ts'
import type { SharedDetectorOptions } from './shared-detector.ts'

export interface DetectorPoolOptions extends Omit<SharedDetectorOptions, 'cores' | 'threads'> {
  /** CPU cores for all models together. */
  readonly cores: number
}

/** The detectors of a gateway by the name that cameras ask for; their threads together are the cores. */
export class DetectorPool implements AsyncDisposable {
  readonly #options: DetectorPoolOptions
  readonly #cores: CorePermits
  readonly #detectors = new Map<string, PlannedDetector>()

  constructor(options: DetectorPoolOptions) {
    this.#options = options
    this.#cores = new CorePermits(options.cores)
  }

  get(name: string): PlannedDetector | undefined {
    return this.#detectors.get(name)
  }

  /**
   * What is new and what is gone is so at once; what is another model gives way to it when that is loaded, which is when
   * this resolves. A refused one changes nothing.
   */
  async configure(models: ReadonlyMap<string, PlannedModel>): Promise<void> {
    const gone = [...this.#detectors].filter(([name]) => !models.has(name))
    for (const [name] of gone) this.#detectors.delete(name)
    const threads = threadsOf(this.#options.cores, models.size)
    const changes = [...models].map(([name, model], index) => this.#set(name, model, threads[index] ?? 1))
    await Promise.all([...changes, ...gone.map(([, detector]) => detector[Symbol.asyncDispose]())])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.configure(new Map())
  }

  async #set(name: string, model: PlannedModel, threads: number): Promise<void> {
    const running = this.#detectors.get(name)
    if (running) return await running.follow({ ...model, threads })
    const log = this.#options.log.child({ detector: name })
    const options = { ...this.#options, log, cores: this.#cores }
    this.#detectors.set(name, new PlannedDetector({ ...model, threads }, options))
  }
}

/** So many for each that they are the cores together; one at least. */
export function threadsOf(cores: number, models: number): number[] {
  return Array.from({ length: models }, (_, index) =>
    Math.max(1, Math.floor(cores / models) + (index < cores % models ? 1 : 0)),
  )
}
