/** A condition in the words of one language, of which sentences are made. */
export interface ConditionWords {
  /** When it is on, with how long it must hold. */
  readonly on: string
  /** Of one that is made of others. */
  readonly parts?: readonly string[]
  /** When it is off again, with how long it must be gone. */
  readonly off: string
  /** It must be gone for some time. */
  readonly lingers: boolean
  /** It ends by other numbers than it begins: worth saying where many are told together. */
  readonly endsOtherwise: boolean
}

/** How long a condition must hold, and be gone. */
export interface Lasting {
  readonly for?: string
  readonly clearFor?: string
}

const UNITS = { D: 'day', H: 'hour', M: 'minute', S: 'second' } as const

/** `PT1H30M` is an hour and 30 minutes. */
export function durationParts(
  duration: string,
): { count: number; unit: (typeof UNITS)[keyof typeof UNITS] }[] {
  const parts = [...duration.matchAll(/([0-9.]+)([DHMS])/g)].map(([, count, unit]) => ({
    count: Number(count),
    unit: UNITS[unit as keyof typeof UNITS],
  }))
  const told = parts.filter(({ count }) => count > 0)
  return told.length > 0 ? told : [{ count: 0, unit: 'second' }]
}
