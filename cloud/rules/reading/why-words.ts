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

export function isFields(value: unknown): value is Why {
  return typeof value === 'object' && value !== null
}
