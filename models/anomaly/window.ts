import type { Step } from './step-grid.ts'

/** Of each property so much of a window must be known, its newest step among it: else it has no score. */
const LEAST_KNOWN = 0.75
/** What is farther off is as strange as can be. In spreads. */
const FARTHEST = 8
const DAY_MS = 86_400_000
const TIMES_OF_DAY = 4

export interface WindowShape {
  readonly window: number
  readonly stepSeconds: number
  readonly properties: readonly { readonly centre: number; readonly spread: number }[]
}

/** Numbers that a model is given: of each step and property the value and whether it is known, and the time of day. */
export function inputLength({ window, properties }: WindowShape): number {
  return 2 * cellCount({ window, properties }) + TIMES_OF_DAY
}

/** A cell is one property on one step; those of a step stand together. */
export function cellCount({ window, properties }: Pick<WindowShape, 'window' | 'properties'>): number {
  return window * properties.length
}

/** The newest steps of a device, as a model is given them. */
export class Window {
  readonly #shape: WindowShape
  #steps: Step[] = []

  constructor(shape: WindowShape) {
    this.#shape = shape
  }

  push(step: Step): void {
    const { window, stepSeconds } = this.#shape
    const last = this.#steps.at(-1)
    if (last && step.at !== last.at + stepSeconds * 1_000) this.#steps = []
    this.#steps.push(step)
    if (this.#steps.length > window) this.#steps.shift()
  }

  /** Undefined while too little is known. */
  input(): Float32Array | undefined {
    const { window, properties } = this.#shape
    const newest = this.#steps.at(-1)
    if (!newest || this.#steps.length < window || !this.#isKnown(newest)) return undefined
    const cells = cellCount(this.#shape)
    const input = new Float32Array(inputLength(this.#shape))
    this.#steps.forEach(({ values }, t) => {
      properties.forEach(({ centre, spread }, p) => {
        const value = values[p] ?? NaN
        if (Number.isNaN(value)) return
        const cell = t * properties.length + p
        input[cell] = Math.max(-FARTHEST, Math.min(FARTHEST, (value - centre) / spread))
        input[cells + cell] = 1
      })
    })
    // Two waves tell a morning from an evening better than one.
    const turn = ((newest.at % DAY_MS) / DAY_MS) * 2 * Math.PI
    input.set([Math.sin(turn), Math.cos(turn), Math.sin(2 * turn), Math.cos(2 * turn)], 2 * cells)
    return input
  }

  /** For how many steps each property has not changed at all, up to now; 0 where the step before differed. */
  standstills(): number[] {
    return this.#shape.properties.map((_, p) => {
      const values = this.#steps.map((step) => step.values[p] ?? NaN)
      const newest = values.at(-1) ?? NaN
      const changed = values.findLastIndex((value) => !same(value, newest))
      return values.length - 2 - changed
    })
  }

  #isKnown(newest: Step): boolean {
    const least = LEAST_KNOWN * this.#shape.window
    return this.#shape.properties.every((_, p) => {
      const known = this.#steps.reduce((sum, { values }) => sum + (Number.isNaN(values[p]) ? 0 : 1), 0)
      return known >= least && !Number.isNaN(newest.values[p])
    })
  }
}

/** Means of the same numbers may differ in their last digits. */
function same(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}
