import Type, { type Static } from 'typebox'
import { clockSpan, WEEKDAYS } from './clock-span.ts'

const closed = { additionalProperties: false } as const

/** `workday` and `holiday` by the calendar of public holidays 节假日与调休, the others by the week. */
export const RULE_DAYS = [...WEEKDAYS, 'workday', 'holiday'] as const

/** When a rule counts. Always, where there is none. */
export const RuleSchedule = Type.Object(
  {
    timezone: Type.Optional(Type.String({ maxLength: 64 })),
    spans: Type.Array(clockSpan(RULE_DAYS), { minItems: 1, maxItems: 56 }),
    /** What becomes of an alarm that is open when the span ends. */
    after: Type.Optional(Type.Enum(['clear', 'keep'])),
  },
  closed,
)
export type RuleSchedule = Static<typeof RuleSchedule>
