/** The only way to time: wall time is what a reading is stamped with, and may jump; waiting goes by the steady one. */
export interface Clock {
  /** ms since 1970 */
  now(): number
  /** ms since some moment, never backwards */
  elapsed(): number
  /** Calls once after `ms`, unless the function it returns is called first. */
  after(ms: number, call: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms`; rejects with the signal's reason when that comes first. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const onAbort = () => {
      cancel()
      reject(signal.reason as Error)
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
