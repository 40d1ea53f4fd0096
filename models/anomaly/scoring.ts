import type { Limits } from './anomaly-card.ts'
import type { Window } from './window.ts'

/** How a property may be strange; each has its own limit. */
export const SIGNS = ['jump', 'now', 'lately', 'still'] as const
export type Sign = (typeof SIGNS)[number]
/** How strange a property is; in spreads, and steps. */
export type Signs = Readonly<Record<Sign, number>>

/** What is looked at of one window: its numbers, and for how many steps each property stood still. */
export interface Look {
  readonly input: Float32Array
  readonly standstills: readonly number[]
}

export function lookAt(window: Window): Look | undefined {
  const input = window.input()
  return input && { input, standstills: window.standstills() }
}

/** How far each property is from what the model restored. */
export function signsOf({ input, standstills }: Look, restored: Float32Array): Signs[] {
  const properties = standstills.length
  const cells = restored.length
  const window = cells / properties
  const isKnown = (t: number, p: number) => input[cells + t * properties + p] === 1
  const value = (t: number, p: number) => input[t * properties + p] ?? 0
  const off = (t: number, p: number) => value(t, p) - (restored[t * properties + p] ?? 0)
  return standstills.map((still, p) => {
    let sum = 0
    let known = 0
    for (let t = Math.ceil(window / 2); t < window; t++) {
      if (!isKnown(t, p)) continue
      sum += off(t, p)
      known += 1
    }
    return {
      jump: isKnown(window - 2, p) ? Math.abs(value(window - 1, p) - value(window - 2, p)) : 0,
      now: Math.abs(off(window - 1, p)),
      lately: Math.abs(sum / Math.max(1, known)),
      still,
    }
  })
}

export interface Strangest {
  /** Times its limit. */
  readonly times: number
  /** Its place among the properties. */
  readonly property: number
  readonly sign: Sign
}

export function strangest(signs: readonly Signs[], limits: readonly Limits[]): Strangest {
  let most: Strangest = { times: 0, property: 0, sign: 'now' }
  signs.forEach((each, property) => {
    for (const sign of SIGNS) {
      const times = each[sign] / (limits[property]?.[sign] ?? Infinity)
      if (times > most.times) most = { times, property, sign }
    }
  })
  return most
}

/** 0.5 at the limit, 0.75 at three times, and towards 1. */
export function scoreOf({ times }: Strangest): number {
  return times / (1 + times)
}
