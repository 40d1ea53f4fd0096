import type { SeenProperty } from '@ganzhi/contracts/backtest'
import { type SampleInput, type Scalar, scalarOf } from '../engine/rule-input.ts'

/** Samples of a day, all usable numbers, that were not looked at one by one. */
export interface PassedOver {
  readonly samples: number
  readonly min: number
  readonly max: number
  /** When it begins. */
  readonly day: number
}

interface Place {
  value: number
  at: number
  target: string
  /** It is known of the day that begins at `at`, as yet. */
  isDay: boolean
}

/** A place of which the day is known: `found` gives it the sample. */
export interface Unfound {
  readonly target: string
  readonly property: string
  readonly day: number
  readonly found: (inputs: Iterable<SampleInput>) => void
}

type Usable = (value: Scalar) => boolean

interface Seen {
  readonly property: string
  readonly isUsable: Usable
  samples: number
  unusable: number
  firstUnusable: SeenProperty['firstUnusable']
  readonly lowest: Place
  readonly highest: Place
}

export class SeenValues {
  readonly #usableOf: (property: string) => Usable
  readonly #properties = new Map<string, Seen>()
  /** Most samples are of the property of the one before. */
  #last: Seen | undefined

  constructor(usableOf: (property: string) => Usable) {
    this.#usableOf = usableOf
  }

  take(target: string, { at, property, value, quality }: SampleInput): void {
    const seen = this.#last?.property === property ? this.#last : this.#of(property)
    this.#last = seen
    seen.samples += 1
    const scalar = quality === 'good' ? scalarOf(value) : null
    if (scalar === null || !seen.isUsable(scalar)) {
      seen.unusable += 1
      seen.firstUnusable ??= { value, quality, at: new Date(at).toISOString(), target }
    } else if (typeof scalar === 'number') {
      if (scalar < seen.lowest.value) Object.assign(seen.lowest, { value: scalar, at, target, isDay: false })
      if (scalar > seen.highest.value)
        Object.assign(seen.highest, { value: scalar, at, target, isDay: false })
    }
  }

  passOver(target: string, property: string, { samples, min, max, day }: PassedOver): void {
    const seen = this.#of(property)
    seen.samples += samples
    const place = { at: day, target, isDay: true }
    if (min < seen.lowest.value) Object.assign(seen.lowest, { ...place, value: min })
    if (max > seen.highest.value) Object.assign(seen.highest, { ...place, value: max })
  }

  get unfound(): Unfound[] {
    return [...this.#properties.values()].flatMap(({ property, lowest, highest }) =>
      [
        { place: lowest, sign: 1 },
        { place: highest, sign: -1 },
      ].flatMap(({ place, sign }) =>
        place.isDay
          ? [{ target: place.target, property, day: place.at, found: finder(place, property, sign) }]
          : [],
      ),
    )
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
      isUsable: this.#usableOf(property),
      samples: 0,
      unusable: 0,
      firstUnusable: undefined,
      lowest: { value: Infinity, at: 0, target: '', isDay: false },
      highest: { value: -Infinity, at: 0, target: '', isDay: false },
    }
    this.#properties.set(property, seen)
    return seen
  }
}

/** The first of the lowest, or of the highest where `sign` is -1. */
function finder(place: Place, property: string, sign: number): Unfound['found'] {
  return (inputs) => {
    let extreme = Infinity
    for (const { at, property: of, value } of inputs) {
      if (of !== property || typeof value !== 'number' || !(value * sign < extreme)) continue
      extreme = value * sign
      Object.assign(place, { value, at, isDay: false })
    }
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
