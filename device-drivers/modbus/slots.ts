/** So many at once as `limit` says at the time; the others wait in the order they came. */
export class Slots {
  readonly #limit: () => number
  readonly #waiting = new Set<() => void>()
  #taken = 0

  constructor(limit: () => number) {
    this.#limit = limit
  }

  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#taken < this.#limit()) {
      this.#taken += 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onAbort = () => {
      this.#waiting.delete(resolve)
      reject(signal.reason as Error)
    }
    this.#waiting.add(resolve)
    signal.addEventListener('abort', onAbort, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', onAbort))
  }

  free(): void {
    this.#taken -= 1
    for (const admit of this.#waiting) {
      if (this.#taken >= this.#limit()) return
      this.#waiting.delete(admit)
      this.#taken += 1
      admit()
    }
  }
}
