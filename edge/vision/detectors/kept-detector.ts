import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Frame } from '@ganzhi/models/frame'
import { doublingBackoff } from '../../backoff.ts'
import type { OpenDetector } from './detector-child.ts'
import { LatencyWindow } from './latency-window.ts'
import type { LookOptions, Seen } from './messages.ts'

export interface KeptOptions {
  readonly clock: Clock
  readonly threads: number
  readonly open: (signal: AbortSignal) => Promise<OpenDetector>
  /** Down with the reason, or up again. */
  readonly onChange?: (down: GanzhiError | undefined) => void
}

const AGAIN_MS = [1_000, 60_000] as const
/** Up for so long, and earlier failures are forgiven. */
const FORGIVEN_AFTER_MS = 60_000
/** A frame can be odd; so many in a row, and it is the model. */
const FAILURES_IN_A_ROW = 3

/** One model version that is kept running: whoever dies, hangs or only fails is started anew, ever more slowly. */
export class KeptDetector implements AsyncDisposable {
  readonly latency = new LatencyWindow()
  readonly #options: KeptOptions
  readonly #stop = new AbortController()
  #opened: OpenDetector | undefined
  #facts: OpenDetector | undefined
  #down: GanzhiError | undefined
  #failures = 0
  // Nobody else starts at the same time: pauses need no chance.
  readonly #pauses = doublingBackoff(AGAIN_MS, () => 1)
  #upSince = 0
  #running: Promise<void> = Promise.resolve()

  constructor(options: KeptOptions) {
    this.#options = options
  }

  get threads(): number {
    return this.#options.threads
  }

  /** As it was opened last, though it may be down. */
  get facts(): Pick<OpenDetector, 'card' | 'digest'> | undefined {
    return this.#facts
  }

  /** Why it does not run; undefined while it does. */
  get down(): GanzhiError | undefined {
    return this.#down
  }

  /** Looks failed one after the other up to now. */
  get failures(): number {
    return this.#failures
  }

  /** Opens it for the first time; rejects when the model is refused, and tries no more then. */
  async start(): Promise<void> {
    this.#take(await this.#options.open(this.#stop.signal))
  }

  /** Begins with a model that may be refused now and run later: a package that is still copied, a full memory. */
  startAnyway(): void {
    this.#down = notYet()
    this.#running = this.#again(0)
  }

  async look(frame: Frame, options: LookOptions): Promise<Seen> {
    const opened = this.#opened
    if (!opened) throw this.#down ?? notYet()
    try {
      const seen = await opened.look(frame, options)
      this.#failures = 0
      this.latency.add(seen.inferenceMs)
      return seen
    } catch (cause) {
      const error = isGanzhiError(cause) ? cause : notYet(cause)
      this.#failures += 1
      if (this.#failures >= FAILURES_IN_A_ROW) this.#lose(opened, error)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#opened?.[Symbol.asyncDispose]()
  }

  #take(opened: OpenDetector): void {
    if (this.#stop.signal.aborted) return void opened[Symbol.asyncDispose]()
    this.#opened = opened
    this.#facts = opened
    this.#down = undefined
    this.#failures = 0
    this.#upSince = this.#options.clock.elapsed()
    void opened.gone.then((error) => this.#lose(opened, error))
  }

  #lose(opened: OpenDetector, error: GanzhiError): void {
    if (this.#opened !== opened || this.#stop.signal.aborted) return
    this.#opened = undefined
    const { clock } = this.#options
    if (clock.elapsed() - this.#upSince > FORGIVEN_AFTER_MS) this.#pauses.reset()
    this.#down = error
    this.#options.onChange?.(error)
    this.#running = this.#again(this.#pauses.next(), opened)
  }

  async #again(firstWaitMs: number, lost?: OpenDetector): Promise<void> {
    const { clock, open, onChange } = this.#options
    const { signal } = this.#stop
    await lost?.[Symbol.asyncDispose]()
    for (let waitMs = firstWaitMs; !signal.aborted; waitMs = this.#pauses.next()) {
      try {
        await sleep(clock, waitMs, signal)
        this.#take(await open(signal))
        return onChange?.(undefined)
      } catch (cause) {
        if (signal.aborted) return
        this.#down = isGanzhiError(cause) ? cause : notYet(cause)
        onChange?.(this.#down)
      }
    }
  }
}

function notYet(cause?: unknown): GanzhiError {
  return new GanzhiError('the model does not run yet', {
    code: 'model-down',
    blame: 'outside',
    retryable: true,
    cause,
  })
}
