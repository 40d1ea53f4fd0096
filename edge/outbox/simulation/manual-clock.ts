import type { Clock } from '../clock.ts'

export interface ManualClock extends Clock {
  /** Lets time pass, and does what was due in it. */
  advance(ms: number): void
  /** Sets the wall clock, as NTP or an operator does. */
  jumpTo(now: number): void
}

export function manualClock(startAt = Date.UTC(2026, 10, 21)): ManualClock {
  let wall = startAt
  let elapsed = 0
  const timers = new Set<{ at: number; task: () => void }>()
  return {
    now: () => wall,
    elapsed: () => elapsed,
    after(ms, task) {
      const timer = { at: elapsed + ms, task }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      wall += ms
      elapsed += ms
      for (const timer of [...timers].filter(({ at }) => at <= elapsed)) {
        timers.delete(timer)
        timer.task()
      }
    },
    jumpTo(now) {
      wall = now
    },
  }
}
