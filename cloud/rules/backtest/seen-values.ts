import type { SeenProperty } from '@ganzhi/contracts/backtest'
import { type SampleInput, type Scalar, scalarOf } from '../engine/rule-input.ts'

interface Place {
  value: number
  at: number
  target: string
}

interface Seen {
  readonly property: string
  samples: number
  unusable: number
  firstUnusable: SeenProperty['firstUnusable']
  readonly lowest: Place
  readonly highest: Place
}

export class SeenValues {
  readonly #isUsable: (property: string, value: Scalar) => boolean
  readonly #properties = new Map<string, Seen>()
  /** Most samples are of the property of the one before. */
  #last: Seen | undefined

  constructor(isUsable: (property: string, value: Scalar) => boolean) {
    this.#isUsable = isUsable
  }

  take(target: string, { at, property, value, quality }: SampleInput): void {
    const seen = this.#last?.property === property ? this.#last : this.#of(property)
    this.#last = seen
    seen.samples += 1
    const scalar = quality === 'good' ? scalarOf(value) : null
    if (scalar === null || !this.#isUsable(property, scalar)) {
      seen.unusable += 1
      seen.firstUnusable ??= { value, quality, at: new Date(at).toISOString(), target }
    } else if (typeof scalar === 'number') {
      if (scalar < seen.lowest.value) Object.assign(seen.lowest, { value: scalar, at, target })
      if (scalar > seen.highest.value) Object.assign(seen.highest, { value: scalar, at, target })
    }
  }

  properties(): SeenProperty[] {
    const told = ({ value, at, target }: Place) => ({ value, at: new Date(at).toISOString(), target })
    return [...this.#properties.values()].map((seen) => {
      const { property, samples, unusable, firstUnusable, lowest, highest } = seen
      return {
        property,
        samples,
        unusable,
        ...(firstUnusable && { firstUnusable }),
        ...(highest.target !== '' && { lowest: told(lowest), highest: told(highest) }),
      }
    })
  }

  #of(property: string): Seen {
    const known = this.#properties.get(property)
    if (known) return known
    const seen = {
      property,
      samples: 0,
      unusable: 0,
      firstUnusable: undefined,
      lowest: { value: Infinity, at: 0, target: '' },
      highest: { value: -Infinity, at: 0, target: '' },
    }
    this.#properties.set(property, seen)
    return seen
  }
}

/** Of several groups of devices. */
export function mergedSeen(all: readonly SeenProperty[]): SeenProperty[] {
  return [...Map.groupBy(all, ({ property }) => property).values()].map((same) =>
    same.reduce((a, b) => {
      const firstUnusable = a.firstUnusable ?? b.firstUnusable
      const lowest = !a.lowest || (b.lowest && b.lowest.value < a.lowest.value) ? b.lowest : a.lowest
      const highest = !a.highest || (b.highest && b.highest.value > a.highest.value) ? b.highest : a.highest
      return {
        property: a.property,
        samples: a.samples + b.samples,
        unusable: a.unusable + b.unusable,
        ...(firstUnusable && { firstUnusable }),
        ...(lowest && highest && { lowest, highest }),
      }
    }),
  )
}
