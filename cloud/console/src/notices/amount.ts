/** From the longest down, as ISO 8601 has them. */
export const DURATION_UNITS = ['D', 'H', 'M', 'S'] as const
export type DurationUnit = (typeof DURATION_UNITS)[number]

const SECONDS: Readonly<Record<DurationUnit, number>> = { D: 86_400, H: 3_600, M: 60, S: 1 }
const PART = /([\d.]+)([DHMS])/g

export interface Amount {
  readonly amount: number
  readonly unit: DurationUnit
}

/** In the longest unit of which it is a whole number. */
export function amountOf(duration: string): Amount {
  const seconds = [...duration.matchAll(PART)]
    .map(([, amount, unit]) => Number(amount) * SECONDS[unit as DurationUnit])
    .reduce((sum, each) => sum + each, 0)
  const unit = DURATION_UNITS.find((each) => seconds > 0 && seconds % SECONDS[each] === 0) ?? 'S'
  return { amount: seconds / SECONDS[unit], unit }
}

export function durationOf({ amount, unit }: Amount): string {
  return unit === 'D' ? `P${amount}D` : `PT${amount}${unit}`
}
