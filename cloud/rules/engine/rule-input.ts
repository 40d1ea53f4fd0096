import type { Quality, Value } from '@ganzhi/contracts/reading'

/** All times are ms since 1970, by the clock of the device. Inputs of one device come in order of time. */
export interface SampleInput {
  readonly kind: 'sample'
  readonly at: number
  readonly property: string
  readonly value: Value
  readonly quality: Quality
}

export interface EventInput {
  readonly kind: 'event'
  readonly at: number
  /** Without its phase. */
  readonly type: string
  /** `started` and `ended` count, all others are passed over. */
  readonly phase: string
  readonly incident: string
}

/** From `at` on the gateway is heard of, or not any more. Of the inputs of one moment it is the first. */
export interface ReachInput {
  readonly kind: 'reach'
  readonly at: number
  readonly reached: boolean
}

/** Nothing that is at `at` or before it will come any more. */
export interface ClockInput {
  readonly kind: 'clock'
  readonly at: number
}

export type RuleInput = SampleInput | EventInput | ReachInput | ClockInput

/** What is judged and remembered. */
export type Scalar = number | boolean | string

/** A whole number beyond 2^53 is judged as the nearest there is. No value, NaN, lists and objects are null: nobody can use them. */
export function scalarOf(value: Value): Scalar | null {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'bigint':
      return Number(value)
    case 'object':
      return null
    default:
      return value
  }
}
