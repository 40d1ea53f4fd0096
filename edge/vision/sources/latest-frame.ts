import type { Frame } from '@ganzhi/models/frame'

/** The taker's until it is disposed of; then its pixels are written over. Who keeps one for longer copies it. */
export interface LentFrame extends Frame, Disposable {}

export interface LatestFrameOptions {
  /** None is lost: whoever puts must wait while one lies here. */
  readonly everyFrame?: boolean
  /** Nobody has this frame any more. */
  readonly onFree?: (frame: Frame) => void
}

/** Holds one frame: a new one takes the place of one that nobody took, so lag never grows, whoever is slow. */
export class LatestFrame {
  dropped = 0
  readonly #options: LatestFrameOptions
  readonly #frames: Frame[] = []
  readonly #lent = new WeakSet<Frame>()
  #newest: Frame | undefined
  #ended = false
  #onChange: (() => void) | undefined
  #onEmpty: (() => void) | undefined

  constructor(options: LatestFrameOptions = {}) {
    this.#options = options
  }

  /** Taken or not; good until the next one is put. */
  get newest(): Frame | undefined {
    return this.#newest
  }

  put(frame: Frame): void {
    const before = this.#newest
    this.#newest = frame
    if (!this.#options.everyFrame && this.#frames.pop()) this.dropped++
    this.#frames.push(frame)
    if (before) this.#freeUnlessHeld(before)
    this.#onChange?.()
  }

  /** Nothing comes any more; what lies here can still be taken. */
  end(): void {
    this.#ended = true
    this.#onChange?.()
  }

  /** Calls once when all was taken. */
  whenEmpty(call: () => void): void {
    this.#onEmpty = call
  }

  /** The newest frame that was not taken yet; undefined when none comes any more. One taker at a time. */
  async take(signal: AbortSignal): Promise<LentFrame | undefined> {
    signal.throwIfAborted()
    if (this.#frames.length === 0 && !this.#ended) await this.#change(signal)
    const frame = this.#frames.shift()
    const onEmpty = this.#onEmpty
    if (onEmpty && this.#frames.length === 0) {
      this.#onEmpty = undefined
      onEmpty()
    }
    return frame && this.#lend(frame)
  }

  #lend(frame: Frame): LentFrame {
    this.#lent.add(frame)
    const giveBack = () => {
      if (this.#lent.delete(frame)) this.#freeUnlessHeld(frame)
    }
    return { ...frame, [Symbol.dispose]: giveBack }
  }

  #freeUnlessHeld(frame: Frame): void {
    const held = frame === this.#newest || this.#lent.has(frame) || this.#frames.includes(frame)
    if (!held) this.#options.onFree?.(frame)
  }

  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = () => reject(signal.reason as Error)
    this.#onChange = resolve
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await promise
    } finally {
      this.#onChange = undefined
      signal.removeEventListener('abort', onAbort)
    }
  }
}
