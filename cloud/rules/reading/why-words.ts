export type Why = Readonly<Record<string, unknown>>

/** What a transition tells, as it is put into words. */
export interface Told {
  readonly why: Why
  /** A condition began to hold, and none ended. */
  readonly began: boolean
  readonly value: number | boolean | string
  /** The value is of the property that decided, and says something. */
  readonly showsValue: boolean
}

/** Of what is made of several conditions, those that decided. */
export function partsOf(why: Why): { combine: 'all' | 'any'; some: readonly Why[] } | undefined {
  for (const combine of ['all', 'any'] as const) {
    const some = why[combine]
    if (Array.isArray(some)) return { combine, some: some.filter(isFields) }
  }
  return undefined
}

/** As many as a sentence holds. */
const NAMED = 5

/** Devices of an area that met a condition. */
export function namedIn({ who, counted }: Why): { some: readonly string[]; more: boolean } {
  const some = Array.isArray(who) ? who.slice(0, NAMED).map(String) : []
  return { some, more: Number(counted) > some.length }
}

export function isFields(value: unknown): value is Why {
  return typeof value === 'object' && value !== null
}
