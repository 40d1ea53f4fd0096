import type { Frame } from '@ganzhi/models/frame'
import { Agreement } from './agreement.ts'
import type { CorePermits } from './core-permits.ts'
import type { KeptDetector } from './kept-detector.ts'
import type { LookOptions, Seen } from './messages.ts'

/**
 * Looks at a share of the frames beside the model that counts, for comparison only: a candidate in shadow, or the former
 * model while the new one is on probation. It never waits in line: a frame that comes while it looks is not its own.
 */
export class Companion implements AsyncDisposable {
  readonly agreement = new Agreement()
  readonly detector: KeptDetector
  readonly #permits: CorePermits
  readonly #share: number
  #due = 0
  #busy: Promise<void> | undefined

  constructor(detector: KeptDetector, permits: CorePermits, share: number) {
    this.detector = detector
    this.#permits = permits
    this.#share = share
  }

  /** `compare` puts the two answers in order: the first is the model that is known. */
  offer(frame: Frame, options: LookOptions, compare: (own: Seen) => void): void {
    this.#due = Math.min(1, this.#due + this.#share)
    if (this.#due < 1 || this.#busy || this.detector.down) return
    this.#due -= 1
    // It is written over when the model that counts has seen it.
    this.#busy = this.#look({ ...frame, rgb: frame.rgb.slice() }, options).then(compare, () => {})
    void this.#busy.finally(() => (this.#busy = undefined))
  }

  async #look(frame: Frame, options: LookOptions): Promise<Seen> {
    using _cores = await this.#permits.take(this.detector, this.detector.threads)
    return await this.detector.look(frame, options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.detector[Symbol.asyncDispose]()
  }
}
