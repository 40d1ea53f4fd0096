import type { Scalar } from './rule-input.ts'

/** Where a condition stands: what it may ask of the rule around it while it is compiled. */
export interface Place {
  /** Such as `levels[1].when.all[0]`. */
  readonly field: string
  /** What it is about: its own property, or else the rule's. */
  property(): string
  /** Where the last value of a property that `usable` takes will be found. */
  slotOf(property: string, usable: (value: Scalar) => boolean): number
}
