import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const

/** `workday` and `holiday` by the calendar of public holidays 节假日与调休, the others by the week. */
export const RULE_DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'workday', 'holiday'] as const

const Clock = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$' })

/** From `from` up to `to`; a span that ends before it begins goes on into the next day, and belongs to that on which it begins. */
const Span = Type.Object(
  {
    /** Every day where none are named. */
    days: Type.Optional(Type.Array(Type.Enum(RULE_DAYS), { minItems: 1, maxItems: 9 })),
    from: Clock,
    to: Clock,
  },
  closed,
)

/** When a rule counts. Always, where there is none. */
export const RuleSchedule = Type.Object(
  {
    timezone: Type.Optional(Type.String({ maxLength: 64 })),
    spans: Type.Array(Span, { minItems: 1, maxItems: 56 }),
    /** What becomes of an alarm that is open when the span ends. */
    after: Type.Optional(Type.Enum(['clear', 'keep'])),
  },
  closed,
)
export type RuleSchedule = Static<typeof RuleSchedule>
