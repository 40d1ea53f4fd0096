import { StepMean } from './step-mean.ts'

/** What a device's properties were on one step of time. */
export interface Step {
  /** ms since 1970, when it ended. */
  readonly at: number
  /** In the order of the properties; NaN where not known. */
  readonly values: readonly number[]
}

export interface GridOptions {
  readonly stepMs: number
  readonly holdMs: number
  /** How many. */
  readonly properties: number
  /** After so many steps without a reading nothing of before counts. */
  readonly window: number
}

/** Readings at any time → means on a regular step; steps begin at whole multiples of it since 1970. */
export class StepGrid {
  readonly #options: GridOptions
  #means: readonly StepMean[] = []
  /** When the step under way ends. */
  #end = -Infinity

  constructor(options: GridOptions) {
    this.#options = options
  }

  /** The steps that a reading ends. In order of time; one that comes late counts as if it came now. */
  say(property: number, at: number, value: number): Step[] {
    const time = Math.max(at, this.#end - this.#options.stepMs)
    const ended = this.advance(time)
    this.#means[property]?.say(time, value)
    return ended
  }

  /** The steps that have ended at `now`. */
  advance(now: number): Step[] {
    const { stepMs, window } = this.#options
    // Also where the clock was set back.
    if (Math.abs(now - this.#end) > window * stepMs) this.#begin(now)
    const ended: Step[] = []
    for (; this.#end <= now; this.#end += stepMs) {
      ended.push({ at: this.#end, values: this.#means.map((mean) => mean.close(this.#end, stepMs)) })
    }
    return ended
  }

  #begin(now: number): void {
    const { stepMs, holdMs, properties } = this.#options
    const start = Math.floor(now / stepMs) * stepMs
    this.#end = start + stepMs
    this.#means = Array.from({ length: properties }, () => new StepMean(start, holdMs))
  }
}
