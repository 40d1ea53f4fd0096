import { setTimeout as sleep } from 'node:timers/promises'

/** Time on a wire, ms from no moment in particular, finer than timers are. */
export interface WireClock {
  now(): number
  /** Resolves at this time, and not a millisecond later. */
  until(at: number): Promise<void>
}

/** A timer can be this late. */
const TIMER_LATE_MS = 1.5

export const wireClock: WireClock = {
  now: () => performance.now(),
  async until(at) {
    for (let left = at - performance.now(); left > 0; left = at - performance.now()) {
      if (left > TIMER_LATE_MS) await sleep(Math.max(1, Math.floor(left - TIMER_LATE_MS)))
      else await new Promise((resolve) => setImmediate(resolve))
    }
  },
}
