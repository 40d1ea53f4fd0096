import Type from 'typebox'

/** Of the platform, where nothing else is said. */
export const TIMEZONE = 'Asia/Shanghai'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const Clock = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$' })

/** From `from` up to `to`; a span that ends before it begins goes on into the next day, and belongs to that on which it begins. */
export function clockSpan<Day extends string>(days: readonly Day[]) {
  return Type.Object(
    {
      /** Every day where none are named. */
      days: Type.Optional(
        Type.Array(Type.Unsafe<Day>(Type.Enum([...days])), { minItems: 1, maxItems: days.length }),
      ),
      from: Clock,
      to: Clock,
    },
    { additionalProperties: false },
  )
}

/** Since midnight, by the clock on the wall. */
export function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}
