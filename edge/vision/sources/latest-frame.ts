import type { Frame } from '@ganzhi/models/frame'

/**
 * Holds one frame: a new one takes the place of one that nobody took, so lag never grows, whoever is slow.
 * With `everyFrame` none is lost: whoever puts must wait while one lies here.
 */
export class LatestFrame {
  dropped = 0
  readonly #everyFrame: boolean
  readonly #frames: Frame[] = []
  #ended = false
  #onChange: (() => void) | undefined
  #onEmpty: (() => void) | undefined

  constructor({ everyFrame = false } = {}) {
    this.#everyFrame = everyFrame
  }

  put(frame: Frame): void {
    if (!this.#everyFrame && this.#frames.pop()) this.dropped++
    this.#frames.push(frame)
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
  async take(signal: AbortSignal): Promise<Frame | undefined> {
    signal.throwIfAborted()
    if (this.#frames.length === 0 && !this.#ended) await this.#change(signal)
    const frame = this.#frames.shift()
    const onEmpty = this.#onEmpty
    if (onEmpty && this.#frames.length === 0) {
      this.#onEmpty = undefined
      onEmpty()
    }
    return frame
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
