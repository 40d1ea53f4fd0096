import Type from 'typebox'

/** Position in this list is the code on the wire and in the database: only ever append. */
export const VALUE_TYPES = ['float', 'integer', 'bool', 'text', 'json'] as const
export type ValueType = (typeof VALUE_TYPES)[number]
export const ValueType = Type.Enum(VALUE_TYPES)

/** Likewise. */
export const QUALITIES = ['good', 'uncertain', 'bad-comm', 'bad-config', 'stale'] as const
export type Quality = (typeof QUALITIES)[number]
export const Quality = Type.Enum(QUALITIES)

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A float or safe integer is a number, a larger integer a bigint; null is "no value", told apart by quality. */
export type Value = Json | bigint

/** One value of one point, with the time at which it was read (ms since 1970, the device's clock). */
export interface Reading {
  /** Index of the point in its point table. */
  readonly slot: number
  readonly at: number
  readonly quality: Quality
  readonly value: Value
}
