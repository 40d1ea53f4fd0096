import { setTimeout as sleep } from 'node:timers/promises'

/** Time on a wire, ms from no moment in particular, finer than timers are. */
export interface WireClock {
  now(): number
  /** Resolves at this time, or as soon after it as a timer does; `exact` is dearer, and not a millisecond late. */
  until(at: number, precision?: 'exact'): Promise<void>
}

/** A timer can be this late, most of the time. */
const TIMER_LATE_MS = 2.5

export const wireClock: WireClock = {
  now: () => performance.now(),
  async until(at, precision) {
    const early = precision === 'exact' ? TIMER_LATE_MS : 0
    const left = at - performance.now() - early
    if (left > 0) await sleep(Math.max(1, left))
    while (performance.now() < at) await new Promise((resolve) => setImmediate(resolve))
  },
}
