import { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import type { Logger } from 'pino'
import { CameraSlots } from './camera-slots.ts'
import { Companion } from './companion.ts'
import type { CorePermits } from './core-permits.ts'
import type { OpenDetector } from './detector-child.ts'
import { KeptDetector } from './kept-detector.ts'
import type { LookOptions, ModelOrder, Seen } from './messages.ts'
import { comparisonOf, type Comparison, identityOf, type ModelIdentity } from './model-identity.ts'
import { faultOfConduct } from './probation.ts'

export interface SharedDetectorOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly cores: CorePermits
  readonly threads: number
  readonly open: (model: ModelOrder, threads: number, signal: AbortSignal) => Promise<OpenDetector>
}

/** What became of a frame. */
export type Look =
  | {
      readonly kind: 'seen'
      readonly model: ModelIdentity
      readonly detections: readonly Detection[]
      readonly inferenceMs: number
    }
  /** A newer one of the same camera took its place. */
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'failed'; readonly error: GanzhiError }

export interface SwapOptions {
  /** Taken back where p95 of a look grows more than so many times. */
  readonly slowerBy?: number
  /** As many as before unless told. */
  readonly threads?: number
  /** So long the former model stays warm, looks at a share of the frames, and can take over again. */
  readonly probationMs?: number
}

interface Job {
  readonly frame: Frame
  readonly options: LookOptions
  readonly done: (look: Look) => void
}

interface Beside {
  readonly role: 'candidate' | 'former'
  readonly companion: Companion
  readonly slowerBy: number
  readonly until: number
}

const SLOWER_BY = 3
const PROBATION_MS = 300_000
/** One frame is looked at, the next one lies ready. */
const AT_A_TIME = 2
/** Of the frames, looked at by the former model during probation. */
const FORMER_SHARE = 0.1

/** One model for many cameras, and how it gives way to another. */
export class SharedDetector implements AsyncDisposable {
  readonly #options: SharedDetectorOptions
  readonly #slots = new CameraSlots<Job>()
  #current: KeptDetector
  #beside: Beside | undefined
  #lastSwap: Comparison | undefined
  #underWay = 0
  #answered: Promise<void> = Promise.resolve()
  #opening: KeptDetector | undefined

  constructor(model: ModelOrder, options: SharedDetectorOptions) {
    this.#options = options
    this.#current = this.#kept(model, options.threads)
    this.#current.startAnyway()
  }

  /** The model that counts; undefined before it was opened for the first time. */
  get model(): ModelIdentity | undefined {
    return identityOf(this.#current)
  }

  get down(): GanzhiError | undefined {
    return this.#current.down
  }

  get latency(): KeptDetector['latency'] {
    return this.#current.latency
  }

  /** How the model in shadow, or the former one, compares with the one that counts. */
  get comparison(): Comparison | undefined {
    const { companion, role } = this.#beside ?? {}
    return companion && role && comparisonOf(role, this.#current, companion)
  }

  /** How the last swap or shadow ended. */
  get lastSwap(): Comparison | undefined {
    return this.#lastSwap
  }

  /** Resolves when the frame was looked at, or never will be. `periodMs`: how often the camera wants to be served. */
  look(camera: string, frame: Frame, periodMs: number, options: LookOptions = {}): Promise<Look> {
    if (this.down) return Promise.resolve({ kind: 'failed', error: this.down })
    return new Promise((done) => {
      const now = this.#options.clock.elapsed()
      const overtaken = this.#slots.put(camera, { frame, options, done }, { periodMs, now })
      overtaken?.done({ kind: 'overtaken' })
      if (this.#underWay < AT_A_TIME) void this.#serve()
    })
  }

  forget(camera: string): void {
    this.#slots.remove(camera)?.done({ kind: 'overtaken' })
  }

  /** The new model is opened and warmed beside the old one, then takes over between two frames. Rejects when it is refused. */
  async swap(model: ModelOrder, options: SwapOptions = {}): Promise<void> {
    const next = await this.#openBeside(model, options.threads)
    await this.#takeOver(next, options)
  }

  /** A candidate looks at a share of the frames, for comparison only. Rejects when it is refused. */
  async shadow(model: ModelOrder, share: number): Promise<void> {
    const next = await this.#openBeside(model)
    await this.endShadow()
    this.#beside = this.#besides('candidate', next, share, {})
  }

  /** The candidate in shadow, warm as it is, takes over. */
  async promote(options: SwapOptions = {}): Promise<void> {
    const beside = this.#beside
    if (beside?.role !== 'candidate') {
      throw new GanzhiError('no model is in shadow', { code: 'no-candidate', blame: 'caller' })
    }
    this.#lastSwap = this.comparison
    this.#beside = undefined
    await this.#takeOver(beside.companion.detector, options)
  }

  async endShadow(): Promise<void> {
    const beside = this.#beside
    this.#lastSwap = this.comparison ?? this.#lastSwap
    this.#beside = undefined
    await beside?.companion[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const job of this.#slots.takeAll()) job.done({ kind: 'overtaken' })
    const all = [this.#opening, this.#current]
    await Promise.all([this.endShadow(), ...all.map((each) => each?.[Symbol.asyncDispose]())])
  }

  async #openBeside(model: ModelOrder, threads = this.#current.threads): Promise<KeptDetector> {
    if (this.#opening) {
      throw new GanzhiError('another model is being loaded', {
        code: 'swap-under-way',
        blame: 'caller',
        retryable: true,
      })
    }
    const next = this.#kept(model, threads)
    this.#opening = next
    try {
      await next.start()
      return next
    } catch (error) {
      await next[Symbol.asyncDispose]()
      throw error
    } finally {
      this.#opening = undefined
    }
  }

  async #takeOver(next: KeptDetector, options: SwapOptions): Promise<void> {
    const former = this.#current
    const ending = this.endShadow()
    this.#current = next
    this.#options.log.info({ model: identityOf(next), former: identityOf(former) }, 'model took over')
    // One that does not run is no way back.
    if (former.down) await former[Symbol.asyncDispose]()
    else this.#beside = this.#besides('former', former, FORMER_SHARE, options)
    await ending
  }

  #besides(role: Beside['role'], detector: KeptDetector, share: number, options: SwapOptions): Beside {
    const { slowerBy = SLOWER_BY, probationMs = PROBATION_MS } = options
    const { cores, clock } = this.#options
    const companion = new Companion(detector, cores, share)
    return { role, companion, slowerBy, until: clock.elapsed() + probationMs }
  }

  #kept(model: ModelOrder, threads: number): KeptDetector {
    const { clock, log, open } = this.#options
    return new KeptDetector({
      clock,
      threads,
      open: (signal) => open(model, threads, signal),
      onChange: (err) => {
        if (!err) return log.info('model up')
        log.warn({ err }, 'model down')
        void this.#judge()
        if (this.down) for (const job of this.#slots.takeAll()) job.done({ kind: 'failed', error: err })
      },
    })
  }

  async #serve(): Promise<void> {
    this.#underWay += 1
    const { cores } = this.#options
    while (this.#slots.waiting) {
      const model = this.#current
      using _lent = await cores.take(model, model.threads)
      if (model !== this.#current) continue
      const job = this.#slots.take()
      if (job) await (this.#answered = this.#serveOne(job, this.#answered))
    }
    this.#underWay -= 1
  }

  /** In the order of the frames, also where one goes to the former model, and the next to the new one. */
  async #serveOne({ frame, options, done }: Job, before: Promise<void>): Promise<void> {
    const current = this.#current
    const model = identityOf(current)
    const [look] = await Promise.allSettled([current.look(frame, options), before])
    if (look.status === 'rejected') done({ kind: 'failed', error: look.reason as GanzhiError })
    else if (!model) return done({ kind: 'overtaken' })
    else {
      const detections = inSceneLabels(look.value, current)
      done({ kind: 'seen', model, detections, inferenceMs: look.value.inferenceMs })
      this.#compare(frame, options, detections)
    }
    await this.#judge()
  }

  #compare(frame: Frame, options: LookOptions, detections: readonly Detection[]): void {
    const { companion, role } = this.#beside ?? {}
    companion?.offer(frame, options, (seen) => {
      const its = inSceneLabels(seen, companion.detector)
      if (role === 'former') companion.agreement.add(its, detections)
      else companion.agreement.add(detections, its)
    })
  }

  /** The new model stays, or the former one is back with the next frame. */
  async #judge(): Promise<void> {
    const beside = this.#beside
    if (beside?.role !== 'former') return
    const { companion, slowerBy, until } = beside
    const { clock, log } = this.#options
    const current = this.#current
    const { failures, down, latency } = current
    const sight = companion.agreement.sight
    const formerLatency = companion.detector.latency
    const err = faultOfConduct({ failures, down, latency, formerLatency, sight }, { slowerBy })
    if (err) {
      this.#lastSwap = { ...comparisonOf('former', current, companion), takenBack: err }
      this.#beside = undefined
      this.#current = companion.detector
      log.warn({ err }, 'model taken back')
      await current[Symbol.asyncDispose]()
    } else if (clock.elapsed() >= until) {
      await this.endShadow()
    }
  }
}

function inSceneLabels({ detections }: Seen, { facts }: KeptDetector): readonly Detection[] {
  const names = facts?.card.sceneLabels
  return names ? detections.map((each) => ({ ...each, label: names[each.label] ?? each.label })) : detections
}
