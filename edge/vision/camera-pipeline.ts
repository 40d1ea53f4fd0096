import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import type { Demand } from './budget.ts'
import { LatencyWindow } from './detectors/latency-window.ts'
import type { LookOptions } from './detectors/messages.ts'
import type { ModelIdentity } from './detectors/model-identity.ts'
import type { SharedDetector } from './detectors/shared-detector.ts'
import type { MotionGate } from './motion-gate.ts'
import { Pacer } from './pacer.ts'
import { RateMeter } from './rate-meter.ts'
import { NO_TRACKS, track, TRACKER_DEFAULTS, type TrackerOptions, type Tracks } from './tracking/tracker.ts'

/** A frame that was looked at, and what is in it. */
export interface Sight {
  readonly camera: string
  readonly frame: Frame
  readonly model: ModelIdentity
  readonly detections: readonly Detection[]
  readonly tracks: Tracks
}

export interface PipelineOptions {
  readonly camera: string
  readonly clock: Clock
  readonly detector: Pick<SharedDetector, 'look' | 'forget' | 'down'>
  /** Frames a second that its scenes ask for; Infinity for every one that comes. */
  readonly fps: number
  /** Frames a second below which its scenes do not work. */
  readonly leastFps?: number
  readonly tiles?: NonNullable<LookOptions['tiles']>
  /** Every frame is looked at where there is none. */
  readonly gate?: MotionGate
  /** Whether a picture in which nothing moves is looked at nearly as often as one with somebody in it. */
  readonly attentive?: () => boolean
  readonly tracker?: TrackerOptions
  readonly onSight: (sight: Sight) => void
}

export interface PipelineFigures {
  readonly askedFps: number
  /** What the budget leaves of it. */
  readonly grantedFps: number
  /** Frames a second that were looked at, or in which nothing moved. */
  readonly reachedFps: number
  readonly still: number
  readonly seen: number
  /** By the budget, or because a newer frame came before its turn. */
  readonly skipped: number
  /** Seen when they were more than a second old. */
  readonly late: number
  readonly failed: number
  /** Half of them take at most so long. */
  readonly inferenceMs: number | undefined
  readonly lagMs: number | undefined
  /** Why nothing is seen. */
  readonly modelDown: GanzhiError | undefined
}

const LATE_MS = 1_000
/** What a look costs changes with what else the machine does: the mean of the last twenty or so. */
const NEWEST_COUNTS = 0.1
/** An idle camera is counted as one that may wake up. */
const LEAST_ACTIVE = 0.02
/** A glance is due as a frame of a camera with one look a second. */
const GLANCED_MS = 1_000

/** The way of a camera's frames: motion gate, budget, detector, tracker. Nothing waits in line; what finds no time falls out. */
export class CameraPipeline implements Disposable {
  readonly #options: PipelineOptions
  readonly #tracker: TrackerOptions
  readonly #pacer: Pacer
  readonly #came: RateMeter
  readonly #moved: RateMeter
  readonly #reached: RateMeter
  readonly #inference = new LatencyWindow()
  readonly #lag = new LatencyWindow()
  readonly #counts = { still: 0, seen: 0, skipped: 0, late: 0, failed: 0 }
  #tracks = NO_TRACKS
  #lookMs: number | undefined

  constructor(options: PipelineOptions) {
    const { clock, fps, tracker = TRACKER_DEFAULTS } = options
    this.#options = options
    this.#tracker = tracker
    this.#pacer = new Pacer(clock, fps)
    this.#came = new RateMeter(clock)
    this.#moved = new RateMeter(clock)
    this.#reached = new RateMeter(clock)
  }

  get figures(): PipelineFigures {
    return {
      askedFps: this.#options.fps,
      grantedFps: this.#pacer.perSecond,
      reachedFps: this.#reached.perSecond(),
      ...this.#counts,
      inferenceMs: this.#inference.percentile(0.5),
      lagMs: this.#lag.percentile(0.5),
      modelDown: this.#options.detector.down,
    }
  }

  /** A frame in which nothing moves costs next to nothing: the less moves, the cheaper is a camera. */
  get demand(): Demand {
    const { camera, fps, leastFps = 0 } = this.#options
    const active = this.#moved.perSecond() / Math.max(1e-3, this.#came.perSecond())
    const costMs = (this.#lookMs ?? 0) * Math.max(LEAST_ACTIVE, Math.min(1, active))
    return { camera, wanted: fps, least: leastFps, costMs }
  }

  grant(fps: number): void {
    this.#pacer.perSecond = fps
  }

  /** Resolves when the frame has been looked at or passed over; nobody need wait for it. */
  async take(frame: Frame): Promise<void> {
    this.#came.add()
    const { gate, attentive } = this.#options
    const motion = gate?.judge(frame, this.#tracks.all.length > 0 || attentive?.() === true)
    if (motion === 'still') {
      this.#counts.still += 1
      this.#reached.add()
      return
    }
    this.#moved.add()
    if (!this.#pacer.pass()) {
      this.#counts.skipped += 1
      return
    }
    await this.#look(frame)
  }

  /** What is in a picture that is none of its frames; undefined where the model has no answer. Waits its turn beside them. */
  async glance(picture: Frame): Promise<readonly Detection[] | undefined> {
    const look = await this.#options.detector.look(this.#beside, picture, GLANCED_MS, this.#lookOptions)
    return look.kind === 'seen' ? look.detections : undefined
  }

  [Symbol.dispose](): void {
    const { detector, camera } = this.#options
    for (const each of [camera, this.#beside]) detector.forget(each)
  }

  /** No camera has such a name. */
  get #beside(): string {
    return `${this.#options.camera} glance`
  }

  get #lookOptions(): LookOptions {
    const { tiles } = this.#options
    return { score: this.#tracker.low, ...(tiles && { tiles }) }
  }

  async #look(frame: Frame): Promise<void> {
    const { camera, clock, detector, onSight } = this.#options
    const look = await detector.look(camera, frame, 1_000 / this.#pacer.perSecond, this.#lookOptions)
    switch (look.kind) {
      case 'overtaken':
        this.#counts.skipped += 1
        return
      case 'failed':
        this.#counts.failed += 1
        return
      case 'seen': {
        const { model, detections, inferenceMs } = look
        const lagMs = clock.now() - frame.at
        this.#counts.seen += 1
        if (lagMs > LATE_MS) this.#counts.late += 1
        this.#reached.add()
        this.#inference.add(inferenceMs)
        this.#lookMs ??= inferenceMs
        this.#lookMs += NEWEST_COUNTS * (inferenceMs - this.#lookMs)
        this.#lag.add(lagMs)
        this.#tracks = track(this.#tracks, detections, frame.at, this.#tracker)
        onSight({ camera, frame, model, detections, tracks: this.#tracks })
      }
    }
  }
}
