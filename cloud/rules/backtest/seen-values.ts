import type { SampleInput } from '../engine/rule-input.ts'

export interface SeenValue {
  readonly value: number
  readonly at: string
  readonly target: string
}

/** What came of one property: whether a rule had anything to judge, and how near it was. */
export interface SeenProperty {
  readonly property: string
  readonly samples: number
  /** Of another quality than good, or no value. */
  readonly unusable: number
  readonly lowest?: SeenValue
  readonly highest?: SeenValue
}

interface Place {
  value: number
  at: number
  target: string
}

interface Seen {
  samples: number
  unusable: number
  readonly lowest: Place
  readonly highest: Place
}

export class SeenValues {
  readonly #properties = new Map<string, Seen>()

  take(target: string, { at, property, value, quality }: SampleInput): void {
    let seen = this.#properties.get(property)
    if (!seen) {
      seen = {
        samples: 0,
        unusable: 0,
        lowest: { value: Infinity, at: 0, target: '' },
        highest: { value: -Infinity, at: 0, target: '' },
      }
      this.#properties.set(property, seen)
    }
    seen.samples += 1
    if (quality !== 'good' || value === null || Number.isNaN(value)) seen.unusable += 1
    else if (typeof value === 'number' && Number.isFinite(value)) {
      if (value < seen.lowest.value) Object.assign(seen.lowest, { value, at, target })
      if (value > seen.highest.value) Object.assign(seen.highest, { value, at, target })
    }
  }

  properties(): SeenProperty[] {
    const told = ({ value, at, target }: Place): SeenValue => ({
      value,
      at: new Date(at).toISOString(),
      target,
    })
    return [...this.#properties].map(([property, { samples, unusable, lowest, highest }]) => ({
      property,
      samples,
      unusable,
      ...(highest.target !== '' && { lowest: told(lowest), highest: told(highest) }),
    }))
  }
}
