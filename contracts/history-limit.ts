import Type, { type Static } from 'typebox'

/**
 * What a property usually is at this time of day: of the extremes that the device had in the same hour on each of the last
 * `days`, the one that so many percent of them do not exceed; `times` that, `plus` a number.
 */
export const HistoryLimit = Type.Object(
  {
    percentile: Type.Integer({ minimum: 0, maximum: 100 }),
    days: Type.Integer({ minimum: 2, maximum: 90 }),
    times: Type.Optional(Type.Number()),
    plus: Type.Optional(Type.Number()),
    /** Counts until enough is known of the device. */
    otherwise: Type.Optional(Type.Number()),
  },
  {
    additionalProperties: false,
    description: 'of its own history: { percentile: 98, days: 28, times: 1.2 }',
  },
)
export type HistoryLimit = Static<typeof HistoryLimit>

/** Whether a limit is of the highest values of an hour, or of the lowest. */
export type HistorySide = 'high' | 'low'

/** Without `times` and `plus` it is a property of the device, by this name. */
export function historyProperty(
  property: string,
  side: HistorySide,
  { percentile, days }: Pick<HistoryLimit, 'percentile' | 'days'>,
): string {
  return `${property}_p${percentile}_${days}d_${side}`
}
