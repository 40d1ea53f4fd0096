import { isGanzhiError } from '@ganzhi/contracts/error'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Frame } from '@ganzhi/models/frame'
import type { Logger } from 'pino'
import { CameraPipeline, type PipelineFigures, type Sight } from './camera-pipeline.ts'
import type { SharedDetector } from './detectors/shared-detector.ts'
import { feedPipelines } from './feed-pipelines.ts'
import { MotionGate } from './motion-gate.ts'
import type { PlannedCamera, PlannedLook } from './plan.ts'
import type { Looked } from './evidence/camera-evidence.ts'
import { encodeFilm } from './evidence/encode-film.ts'
import type { CameraWatch } from './scenes/camera-watch.ts'
import type { SceneDesk } from './scenes/scene-desk.ts'
import { aborted } from './sources/aborted.ts'
import { cameraFault, type CameraState } from './sources/camera-state.ts'
import { readLogin } from './sources/login.ts'
import { openSource, type Source } from './sources/open-source.ts'
import type { SourceFigures } from './sources/player.ts'

export interface CameraOptions {
  readonly id: string
  readonly plan: PlannedCamera
  /** Of its plan's models. */
  readonly detectorOf: (model: string) => SharedDetector | undefined
  readonly scenes: Pick<SceneDesk, 'watch'>
  readonly ffmpeg: () => Promise<string>
  /** Where the gateway keeps its key. */
  readonly dataDir: string
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
}

/** What is known of a camera at a moment. */
export interface View {
  readonly state: CameraState
  /** The newest that was looked at, or passed over; of a camera that is away none. */
  readonly frame: Frame | undefined
  /** By model, what was seen last. */
  readonly sights: ReadonlyMap<string, Sight>
  readonly looks: ReadonlyMap<string, PipelineFigures>
}

/** What keeps a camera from being opened at all is looked at again so often: somebody may mend it. */
const NOT_OPENED_MS = 10_000
/** An event waits so long for its larger picture: many cameras send a key frame every two seconds, some every four. */
const CLOSER_WITHIN_MS = 5_000
/** And so long for its clip, which takes a second of one core. */
const FILM_WITHIN_MS = 5_000

/** A camera and all that look at it, from its plan until it is disposed of. */
export class WatchedCamera implements AsyncDisposable {
  readonly pipelines: ReadonlyMap<string, CameraPipeline>
  readonly #options: CameraOptions
  readonly #stop = new AbortController()
  readonly #sights = new Map<string, Sight>()
  readonly #running: Promise<void>
  #plan: PlannedCamera
  #watches: ReadonlyMap<string, CameraWatch> = new Map()
  #source: Source | undefined
  #looking: Promise<Looked | undefined> | undefined
  #notOpened: CameraState
  readonly #viewers = new Set<(frame: Frame) => void>()

  constructor(options: CameraOptions) {
    const { plan, clock, log } = options
    this.#options = options
    this.#plan = plan
    this.#notOpened = { kind: 'connecting', since: clock.now() }
    this.pipelines = new Map(
      plan.looks.flatMap((look) => {
        const pipeline = this.#pipelineOf(look)
        return pipeline ? [[look.model, pipeline] as const] : []
      }),
    )
    this.#watchScenes()
    this.#running = this.#run(this.#stop.signal).catch((err: unknown) => {
      if (!this.#stop.signal.aborted) log.error({ err }, 'camera given up')
    })
  }

  get plan(): PlannedCamera {
    return this.#plan
  }

  get state(): CameraState {
    return this.#source?.state() ?? this.#notOpened
  }

  get figures(): SourceFigures | undefined {
    return this.#source?.figures()
  }

  /** A plan that differs in nothing but what is watched for. */
  watchFor(plan: PlannedCamera): void {
    this.#plan = plan
    this.#watchScenes()
  }

  /** Takes where the camera looks now for where it should look. False where nothing was seen yet. */
  acceptView(): boolean {
    return this.#source?.acceptView() ?? false
  }

  /** What is known when the next frame was looked at, or when the signal aborts. */
  async view(signal: AbortSignal): Promise<View> {
    const frame = await new Promise<Frame | undefined>((resolve) => {
      this.#viewers.add(resolve)
      const leave = () => {
        this.#viewers.delete(resolve)
        resolve(undefined)
      }
      if (signal.aborted) leave()
      signal.addEventListener('abort', leave, { once: true })
    })
    const looks = [...this.pipelines].map(([model, { figures }]) => [model, figures] as const)
    return { state: this.state, frame, sights: this.#sights, looks: new Map(looks) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the camera is closed'))
    for (const pipeline of this.pipelines.values()) pipeline[Symbol.dispose]()
    for (const watch of this.#watches.values()) watch[Symbol.dispose]()
    await this.#running
    await this.#source?.[Symbol.asyncDispose]()
  }

  #pipelineOf({ model, leastFps, tiles }: PlannedLook): CameraPipeline | undefined {
    const { id, clock, detectorOf, plan } = this.#options
    const detector = detectorOf(model)
    if (!detector) return undefined
    return new CameraPipeline({
      camera: id,
      clock,
      detector,
      fps: plan.fps,
      ...(leastFps === undefined ? {} : { leastFps }),
      ...(tiles ? { tiles } : {}),
      ...(plan.gate ? { gate: new MotionGate() } : {}),
      attentive: () => this.#watches.get(model)?.attentive === true,
      onSight: (sight) => this.#onSight(model, sight),
    })
  }

  #watchScenes(): void {
    for (const watch of this.#watches.values()) watch[Symbol.dispose]()
    const { id: camera, scenes: desk } = this.#options
    const { area, place, privacy, scenes } = this.#plan
    const where = { ...(area === undefined ? {} : { area }), ...(place ? { place } : {}) }
    const byModel = Map.groupBy(scenes, ({ model = '' }) => model)
    const people = () => [...this.#sights.values()].flatMap(({ detections }) => detections)
    const film = async (jpegs: readonly Uint8Array[], fps: number) =>
      encodeFilm(jpegs, { ffmpeg: await this.#options.ffmpeg(), fps, signal: this.#within(FILM_WITHIN_MS) })
    const shown = { privacy, people, closer: () => this.#closer(), film }
    this.#watches = new Map(
      [...byModel].map(([model, each]) => [model, desk.watch({ camera, ...where, ...shown, scenes: each })]),
    )
    this.#tellState(this.state)
  }

  #tellState(state: CameraState): void {
    for (const watch of this.#watches.values()) watch.cameraIs(state)
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { plan } = this.#options
    this.#source = await this.#open(signal)
    await feedPipelines(this.#source, [...this.pipelines.values()], {
      signal,
      everyFrame: plan.fps === Infinity,
      onLooked: (frame) => this.#onLooked(frame),
    })
  }

  async #open(signal: AbortSignal): Promise<Source> {
    const { plan, ffmpeg, dataDir, clock, log } = this.#options
    for (;;) {
      try {
        const { source, size, fps } = plan
        const from = 'login' in source ? source.login : undefined
        const login = from && (await readLogin(from, { base: '/', dataDir }))
        const onState = (state: CameraState) => this.#tellState(state)
        const facts = { ...this.#options, ffmpeg: await ffmpeg(), size, fps, onState }
        signal.throwIfAborted()
        return openSource(source, { ...facts, ...(login ? { login } : {}) })
      } catch (error) {
        if (signal.aborted || !isGanzhiError(error)) throw error
        const fault = cameraFault(error.code === 'no-ffmpeg' ? 'no-ffmpeg' : 'no-login', error.message)
        if (this.#notOpened.fault?.code !== fault.code) {
          log.warn({ fault: fault.code, detail: fault.detail }, 'camera not opened')
          this.#notOpened = { kind: 'lost', since: clock.now(), fault }
          this.#tellState(this.#notOpened)
        }
        await sleep(clock, NOT_OPENED_MS, signal)
      }
    }
  }

  /** One look at a time, however many tell of what they see. */
  #closer(): Promise<Looked | undefined> {
    this.#looking ??= this.#lookCloser().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  #within(ms: number): AbortSignal {
    return AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ms)])
  }

  async #lookCloser(): Promise<Looked | undefined> {
    const signal = this.#within(CLOSER_WITHIN_MS)
    const picture = await this.#source?.closer(signal)
    if (!picture) return undefined
    const frame = { ...picture, at: this.#options.clock.now() }
    if (!this.#plan.privacy.blurHeads) return { frame, detections: [] }
    // Whoever was in a frame is elsewhere by now.
    const glances = Promise.all([...this.pipelines.values()].map((pipeline) => pipeline.glance(frame)))
    const seen = await Promise.race([glances, aborted(signal)])
    return seen.every((each) => each !== undefined) ? { frame, detections: seen.flat() } : undefined
  }

  #onSight(model: string, sight: Sight): void {
    if (this.#stop.signal.aborted) return
    this.#sights.set(model, sight)
    try {
      this.#watches.get(model)?.see(sight)
    } catch (err) {
      this.#options.log.error({ err }, 'scenes not watched')
    }
  }

  /** Nothing is kept for those who might want to see it: who asks gets the next one. */
  #onLooked(frame: Frame): void {
    if (this.#viewers.size === 0) return
    const kept = { ...frame, rgb: frame.rgb.slice() }
    for (const show of this.#viewers) show(kept)
    this.#viewers.clear()
  }
}
