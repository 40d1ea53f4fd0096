import type { Value } from '@ganzhi/contracts/reading'
import { type SampleInput, type Scalar, scalarOf } from '../engine/rule-input.ts'

export interface SeenValue {
  readonly value: number
  readonly at: string
  readonly target: string
}

/** What came of one property: whether a rule had anything to judge, and how near it was. */
export interface SeenProperty {
  readonly property: string
  readonly samples: number
  /** Of another quality than good, or nothing that its conditions can judge: a text where a number is needed. */
  readonly unusable: number
  readonly firstUnusable?: {
    readonly value: Value
    readonly quality: string
    readonly at: string
    readonly target: string
  }
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
  firstUnusable: SeenProperty['firstUnusable']
  readonly lowest: Place
  readonly highest: Place
}

export class SeenValues {
  readonly #isUsable: (property: string, value: Scalar) => boolean
  readonly #properties = new Map<string, Seen>()

  constructor(isUsable: (property: string, value: Scalar) => boolean) {
    this.#isUsable = isUsable
  }

  take(target: string, { at, property, value, quality }: SampleInput): void {
    let seen = this.#properties.get(property)
    if (!seen) {
      seen = {
        samples: 0,
        unusable: 0,
        firstUnusable: undefined,
        lowest: { value: Infinity, at: 0, target: '' },
        highest: { value: -Infinity, at: 0, target: '' },
      }
      this.#properties.set(property, seen)
    }
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
    const told = ({ value, at, target }: Place): SeenValue => ({
      value,
      at: new Date(at).toISOString(),
      target,
    })
    return [...this.#properties].map(([property, { samples, unusable, firstUnusable, lowest, highest }]) => ({
      property,
      samples,
      unusable,
      ...(firstUnusable && { firstUnusable }),
      ...(highest.target !== '' && { lowest: told(lowest), highest: told(highest) }),
    }))
  }
}
