import type { Sample } from './measure.ts'
import type { PlannedPoint } from './plan.ts'
import type { Slot } from './point-slots.ts'
import { sampler, type Sampler } from './sampler.ts'

const STALE_AFTER = 3
/** Below it a pause of this very process would look like the silence of a device. */
const LEAST_INTERVAL_MS = 1_000

/** A point that is followed: what was said of it last, and when. Steady ms. */
export class LivePoint {
  readonly planned: PlannedPoint
  readonly place: Slot
  readonly #isNews: Sampler
  #heardAt: number
  #good = true

  constructor(planned: PlannedPoint, place: Slot, now: number) {
    this.planned = planned
    this.place = place
    this.#isNews = sampler(planned.property)
    this.#heardAt = now
  }

  /** Whether it is to be sent. */
  hear(sample: Sample, now: number): boolean {
    this.#heardAt = now
    this.#good = sample.quality === 'good' || sample.quality === 'uncertain'
    return this.#isNews(sample, now)
  }

  /** Nothing was heard for so long that what is known may be true no more. What is known to be bad stays so. */
  stale(now: number): boolean {
    const { intervalMs } = this.planned
    if (intervalMs === undefined || !this.#good) return false
    return now - this.#heardAt > STALE_AFTER * Math.max(intervalMs, LEAST_INTERVAL_MS)
  }
}
