import type { Clock } from '@ganzhi/device-drivers/clock'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import { DetectorPool, type DetectorPoolOptions } from './detectors/detector-pool.ts'
import { NOTHING_SEEN, type PlannedCamera, type VisionPlan } from './plan.ts'
import type { SceneDesk } from './scenes/scene-desk.ts'
import { shareBudget } from './share-budget.ts'
import { visionStatus, type VisionStatus } from './vision-status.ts'
import { type CameraOptions, WatchedCamera } from './watched-camera.ts'

export interface VisionOptions
  extends Pick<CameraOptions, 'ffmpeg' | 'dataDir' | 'random'>, Pick<DetectorPoolOptions, 'cores' | 'open'> {
  readonly scenes: Pick<SceneDesk, 'watch' | 'settle'>
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
    const { clock, log, cores, open } = options
    this.#options = options
    this.#pool = new DetectorPool({ clock, log, cores, open })
  }

  get status(): VisionStatus {
    return visionStatus(this.#plan, { cameras: this.#cameras, pool: this.#pool })
  }

  camera(id: string): WatchedCamera | undefined {
    return this.#cameras.get(id)
  }

  /** Cameras are as planned when it resolves; models when they are loaded, those before them running until then. */
  async reconfigure(plan: VisionPlan): Promise<void> {
    const { scenes, log } = this.#options
    await this.#close(([id, camera]) => !staysOpen(camera.plan, plan.cameras.get(id)))
    this.#plan = plan
    void this.#load(plan.models)
    this.#shareBudgets()
    for (const [id, camera] of plan.cameras) {
      const open = this.#cameras.get(id)
      if (!open) this.#cameras.set(id, this.#watch(id, camera))
      else if (!isDeepStrictEqual(open.plan, camera)) open.watchFor(camera)
    }
    await scenes.settle().catch((err: unknown) => log.error({ err }, 'incidents of what is gone not ended'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close(() => true)
    this.#plan = NOTHING_SEEN
    this.#shareBudgets()
    await this.#pool[Symbol.asyncDispose]()
  }

  /** First what goes: a device that is in use can't be opened twice. */
  async #close(goes: (camera: readonly [string, WatchedCamera]) => boolean): Promise<void> {
    const gone = [...this.#cameras].filter(goes)
    for (const [id] of gone) this.#cameras.delete(id)
    await Promise.all(gone.map(([, camera]) => camera[Symbol.asyncDispose]()))
  }

  async #load(models: VisionPlan['models']): Promise<void> {
    try {
      await this.#pool.configure(models)
    } catch (err) {
      this.#options.log.error({ err }, 'models not as configured')
    }
  }

  #watch(id: string, plan: PlannedCamera): WatchedCamera {
    const { log } = this.#options
    return new WatchedCamera({
      ...this.#options,
      id,
      plan,
      detectorOf: (model) => this.#pool.get(model)?.detector,
      log: log.child({ camera: id }),
    })
  }

  /** The cameras of a model share its time, but for files that are looked at as fast as that goes. */
  #shareBudgets(): void {
    const { clock, cores } = this.#options
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
    const part = () => Math.min(1, cores / this.#plan.models.size)
    for (const model of models.keys()) {
      if (this.#budgets.has(model)) continue
      this.#budgets.set(
        model,
        shareBudget(clock, () => of(model), part),
      )
    }
  }
}

/** What is watched for may change while it is open. */
function staysOpen(before: PlannedCamera, after: PlannedCamera | undefined): boolean {
  return after !== undefined && isDeepStrictEqual(openedBy(before), openedBy(after))
}

function openedBy({ source, size, fps, gate, looks }: PlannedCamera) {
  return { source, size, fps, gate, looks }
}
