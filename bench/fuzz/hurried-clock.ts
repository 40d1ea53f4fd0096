import type { Clock } from '@ganzhi/device-drivers/clock'

/** Time that passes by being looked at: no rest is waited for, and a timeout falls due when the fuzz says so. */
export interface HurriedClock extends Clock {
  /** Every timer that is set falls due. */
  expire(): void
}

/** Longer than any rest, shorter than any timeout that matters. */
const GLANCE_MS = 100

export function hurriedClock(): HurriedClock {
  const timers = new Set<() => void>()
  let elapsed = 0
  return {
    now: () => elapsed,
    elapsed: () => (elapsed += GLANCE_MS),
    after(_ms, call) {
      timers.add(call)
      return () => timers.delete(call)
    },
    expire() {
      for (const call of timers) {
        timers.delete(call)
        call()
      }
    },
  }
}

/** Lets go of what was kept for the sake of promises: a loop that never rests keeps all of it. */
export async function rest(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** More than an answer that is there takes to be told. */
const TURNS = 12

/** Until `asked` has an end: what is still awaited when all has been said will not come. */
export async function settled(asked: Promise<unknown>, clock: HurriedClock): Promise<void> {
  const state = { done: false }
  const note = (): void => void (state.done = true)
  asked.then(note, note)
  while (!state.done) {
    for (let turn = 0; turn < TURNS && !state.done; turn++) await Promise.resolve()
    if (!state.done) clock.expire()
  }
}
