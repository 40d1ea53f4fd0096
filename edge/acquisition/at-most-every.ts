import type { Clock } from '@ganzhi/device-drivers/clock'

/** Lets through one call in `ms` and tells it how many it held back before: no peer can flood the log. */
export function atMostEvery(clock: Clock, ms: number): (say: (heldBack: number) => void) => void {
  let last = -Infinity
  let heldBack = 0
  return (say) => {
    if (clock.elapsed() - last < ms) {
      heldBack += 1
      return
    }
    last = clock.elapsed()
    say(heldBack)
    heldBack = 0
  }
}
