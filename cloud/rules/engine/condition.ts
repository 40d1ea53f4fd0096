import type { Moment } from './moment.ts'
import type { Scalar } from './rule-input.ts'
import { isKnown } from './rule-state.ts'

/** What a condition says to an input: it holds, it no longer does, or neither. */
export const HOLDS = 1
export const IN_BETWEEN = 0
export const GONE = -1
export type Verdict = typeof HOLDS | typeof IN_BETWEEN | typeof GONE

export type Attributes = Readonly<Record<string, unknown>>

/** A value that is told of, and since when. */
export interface Shown {
  readonly at: number
  readonly value: number
}

/** One kind of condition, compiled for one rule: all that the engine asks of it. Memory is JSON, undefined where there is none. */
export interface Condition<Memory = unknown> {
  /** The samples that it hears; those that `usable` refuses do what the rule says of them. */
  readonly properties: readonly string[]
  readonly usable: (value: Scalar) => boolean
  /** Type of the events that it hears. */
  readonly eventType?: string | undefined
  /** Of silence: how long nothing `usable` came, or nothing at all. Samples that can't be used neither reset nor clear it. */
  readonly silence?: 'unusable' | 'any' | undefined
  /** It is made of several values: judged when all inputs of a moment are known, and as often as one likes with the same values. */
  readonly onceAMoment?: true | undefined
  /** It looks at so much that it is judged when the moment is over, and not before. */
  readonly overAll?: true | undefined
  /** What it remembers goes on where the rule does not count. */
  readonly remembersInactive?: true | undefined

  /** What it counts from `at` on: from when the rule begins to look, from when the gateway is heard again, or no longer. */
  countFrom?(this: void, at: number, reached: boolean): Memory | undefined
  /** What it remembers after an input; without this, nothing. */
  remember?(this: void, memory: Memory | undefined, now: Moment): Memory | undefined
  judge(this: void, memory: Memory | undefined, now: Moment): Verdict
  /** The first moment, at `at` or after it, from which it may judge otherwise without any input. */
  turnsAt?(this: void, memory: Memory | undefined, at: number): number | undefined
  /** What it remembers when that has come. */
  elapse?(this: void, memory: Memory | undefined, at: number): Memory | undefined
  /** The value that it holds by: while it is on, others are told as well. */
  shown?(this: void, memory: Memory | undefined): Shown | undefined

  /** The fields that decided that it is on, or off. */
  fields(this: void, on: boolean, now: Moment): Record<string, unknown>
  /** What it counted. */
  counted?(this: void, memory: Memory | undefined): number | undefined
}

/** When a span begins it is judged by the last usable value, where that is known; or by all that others tell. */
export function beginsBy({ silence, overAll }: Condition, value: Scalar | null): boolean {
  return !silence && (overAll === true || isKnown(value))
}

export const isNumber = (value: Scalar): boolean => typeof value === 'number'
export const isAny = (): boolean => true
