/** Time as the outbox needs it; tests pass one that they move by hand. */
export interface Clock {
  /** Wall time, ms since 1970. May jump. */
  now(): number
  /** Never jumps; only differences mean something, ms. */
  elapsed(): number
  /** Runs `task` once in `ms`; the returned function calls it off. */
  after(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}
