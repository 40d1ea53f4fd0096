import type { Clock } from '@ganzhi/device-drivers/clock'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import { DetectorPool, type DetectorPoolOptions } from './detectors/detector-pool.ts'
import type { SharedDetector } from './detectors/shared-detector.ts'
import { NOTHING_SEEN, type PlannedCamera, type VisionPlan } from './plan.ts'
import { shareBudget } from './share-budget.ts'
import { visionStatus, type VisionStatus } from './vision-status.ts'
import { type CameraOptions, WatchedCamera } from './watched-camera.ts'

export interface VisionOptions
  extends Pick<CameraOptions, 'ffmpeg' | 'dataDir' | 'random'>, Pick<DetectorPoolOptions, 'cores' | 'open'> {
  readonly plan: VisionPlan
  readonly clock: Clock
  readonly log: Logger
}

/** All cameras of a gateway and the models that look at them, brought to its plan as a difference. */
export class Vision implements AsyncDisposable {
  readonly #options: VisionOptions
  readonly #pool: DetectorPool
  readonly #cameras = new Map<string, WatchedCamera>()
  readonly #budgets = new Map<string, Disposable>()
  #plan: VisionPlan = NOTHING_SEEN

  constructor(options: VisionOptions) {
    const { clock, log, cores, open, plan } = options
    this.#options = options
    this.#pool = new DetectorPool({ clock, log, cores, open })
    this.#follow(plan)
  }

  get status(): VisionStatus {
    return visionStatus(this.#plan, { cameras: this.#cameras, pool: this.#pool })
  }

  camera(id: string): WatchedCamera | undefined {
    return this.#cameras.get(id)
  }

  /** Cameras are as planned when it resolves; models when they are loaded, those before them running until then. */
  async reconfigure(plan: VisionPlan): Promise<void> {
    const gone = [...this.#cameras].filter(([id, { plan: before }]) => !stays(id, before, plan))
    // First what goes: a device that is in use can't be opened twice.
    for (const [id] of gone) this.#cameras.delete(id)
    await Promise.all(gone.map(([, camera]) => camera[Symbol.asyncDispose]()))
    this.#follow(plan)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reconfigure(NOTHING_SEEN)
    await this.#pool[Symbol.asyncDispose]()
  }

  #follow(plan: VisionPlan): void {
    this.#plan = plan
    void this.#load(plan.models)
    this.#shareBudgets()
    for (const [id, camera] of plan.cameras) {
      if (!this.#cameras.has(id)) this.#cameras.set(id, this.#watch(id, camera))
    }
  }

  async #load(models: VisionPlan['models']): Promise<void> {
    try {
      await this.#pool.configure(models)
    } catch (err) {
      this.#options.log.error({ err }, 'models not as configured')
    }
  }

  #watch(id: string, plan: PlannedCamera): WatchedCamera {
    const { ffmpeg, dataDir, clock, random, log } = this.#options
    const detectors = new Map<string, SharedDetector>()
    for (const model of plan.models) {
      const detector = this.#pool.get(model)?.detector
      if (detector) detectors.set(model, detector)
    }
    return new WatchedCamera({
      id,
      plan,
      detectors,
      ffmpeg,
      dataDir,
      clock,
      random,
      log: log.child({ camera: id }),
    })
  }

  /** The cameras of a model share its time, but for files that are looked at as fast as that goes. */
  #shareBudgets(): void {
    const { models } = this.#plan
    for (const [model, budget] of this.#budgets) {
      if (models.has(model)) continue
      budget[Symbol.dispose]()
      this.#budgets.delete(model)
    }
    const of = (model: string) =>
      [...this.#cameras.values()]
        .filter(({ plan }) => plan.fps < Infinity)
        .flatMap(({ pipelines }) => pipelines.get(model) ?? [])
    for (const model of models.keys()) {
      if (this.#budgets.has(model)) continue
      this.#budgets.set(
        model,
        shareBudget(this.#options.clock, () => of(model)),
      )
    }
  }
}

function stays(id: string, before: PlannedCamera, { cameras }: VisionPlan): boolean {
  return isDeepStrictEqual(before, cameras.get(id))
}
