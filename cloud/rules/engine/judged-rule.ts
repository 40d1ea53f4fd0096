import type { Rule } from '@ganzhi/contracts/rule'

/**
 * What devices tell an area of a property: at each full minute the last usable value, where that is no older than `fresh`. Nobody
 * writes it; an expression over areas is made of it.
 */
export interface Fresh {
  readonly fresh: string
  readonly property: string
}

/** A rule as it is written, or what a device tells of itself for one over areas. */
export type JudgedRule = Rule | (Omit<Extract<Rule, { when: unknown }>, 'when'> & { readonly when: Fresh })
