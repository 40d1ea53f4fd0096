import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from './clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, in order, each with time to settle. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock, as NTP or a person would; the steady one goes on. */
  setNow(ms: number): void
}

/** Time that moves only when told, for tests and simulations. */
export function manualClock(startWall = Date.UTC(2026, 10, 21, 8)): ManualClock {
  let steady = 0
  let wallOffset = startWall
  const timers = new Set<{ due: number; call: () => void }>()

  async function advance(ms: number): Promise<void> {
    const end = steady + ms
    await turn()
    for (;;) {
      const [next] = [...timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)
      if (!next) break
      timers.delete(next)
      steady = Math.max(steady, next.due)
      next.call()
      await turn()
    }
    steady = end
  }

  return {
    now: () => wallOffset + steady,
    elapsed: () => steady,
    after(ms, call) {
      const timer = { due: steady + ms, call }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance,
    setNow(ms) {
      wallOffset = ms - steady
    },
  }
}
