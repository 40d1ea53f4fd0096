import type { PlantedKind } from './anomaly-evaluation.ts'
import type { Step } from './step-grid.ts'

/** Where an anomaly is put. */
export interface Place {
  /** The property whose sensor it is. */
  readonly property: number
  /** Index of its first step. */
  readonly begin: number
  /** 1 or −1: up or down. */
  readonly way: number
}

export interface Plant {
  /** In words, for who reads the evaluation. */
  readonly what: string
  /** How many steps it lasts. */
  readonly steps: (window: number) => number
  /** Of the property, at `t` steps after the begin. */
  readonly value: (t: number, facts: PlantFacts) => number
  /** Takes another property's values. */
  readonly needsTwo?: true
}

export interface PlantFacts extends Place {
  readonly steps: readonly Step[]
  readonly spread: number
  readonly window: number
  readonly stepsADay: number
}

const SPIKE = 3
const DRIFT = 2

export const PLANTS: Readonly<Record<PlantedKind, Plant>> = {
  stuck: {
    what: 'the value stands still for one window',
    steps: (window) => window,
    value: (_, { steps, begin, property }) => valueAt(steps, begin, property),
  },
  spike: {
    what: `one step is ${SPIKE} spreads off`,
    steps: () => 1,
    value: (_, { steps, begin, property, spread, way }) =>
      valueAt(steps, begin, property) + way * SPIKE * spread,
  },
  drift: {
    what: `it goes off by ${DRIFT} spreads in the course of two windows`,
    steps: (window) => 2 * window,
    value: (t, { steps, begin, property, spread, way, window }) =>
      valueAt(steps, begin + t, property) + (way * DRIFT * spread * (t + 1)) / (2 * window),
  },
  swapped: {
    what: "another property's values stand in its place for one window",
    steps: (window) => window,
    value: (t, { steps, begin, property }) => {
      const other = (property + 1) % (steps[begin]?.values.length ?? 1)
      return valueAt(steps, begin + t, other)
    },
    needsTwo: true,
  },
  late: {
    what: 'for two windows it is as it was half a day before',
    steps: (window) => 2 * window,
    value: (t, { steps, begin, property, stepsADay }) =>
      valueAt(steps, begin + t - Math.round(stepsADay / 2), property),
  },
}

/** The steps with the anomaly in them; what was not known stays unknown. */
export function planted(plant: Plant, facts: PlantFacts): Step[] {
  const { steps, begin, property, window } = facts
  const end = begin + plant.steps(window)
  return steps.map((step, i) => {
    const before = step.values[property] ?? NaN
    if (i < begin || i >= end || Number.isNaN(before)) return step
    return { at: step.at, values: step.values.with(property, plant.value(i - begin, facts)) }
  })
}

function valueAt(steps: readonly Step[], i: number, property: number): number {
  return steps[i]?.values[property] ?? NaN
}
