import Type, { type Static } from 'typebox'
import { Time } from './api-views.ts'
import { Rule, RuleScope } from './rule.ts'
import { RuleSchedule } from './rule-schedule.ts'
import { Severity } from './severity.ts'

const closed = { additionalProperties: false } as const

export const SilenceId = Type.String({ pattern: '^[0-9]{1,18}$' })

const { area, tag, gateway, device, profile } = RuleScope.properties
const { timezone, spans } = RuleSchedule.properties

/** 静默与维护窗口: alarms of which nobody is told for a while. They are alarms all the same. */
export const Silence = Type.Object(
  {
    for: Type.Object({ area, tag, gateway, device, profile }, closed),
    rule: Type.Optional(Rule.anyOf[0].properties.id),
    upTo: Type.Optional(Type.Enum(Severity.enum, { description: 'graver ones are told all the same' })),
    from: Type.Optional(Type.Unsafe<string>({ ...Time, description: 'now where nothing is said' })),
    until: Time,
    weekly: Type.Optional(
      Type.Object(
        { timezone, spans },
        { ...closed, description: 'from `from` until `until`, but only in these spans of the week' },
      ),
    ),
    reason: Type.String({
      pattern: '^[^\\u0000-\\u001f\\u007f]{1,500}$',
      description: 'why nobody is to be told',
    }),
  },
  closed,
)
export type Silence = Static<typeof Silence>

export const SilenceView = Type.Object({
  ...Silence.properties,
  id: SilenceId,
  from: Time,
  state: Type.Enum(['planned', 'active', 'resting', 'over'], {
    description: 'resting: between two of its weekly spans',
  }),
  author: Type.String(),
  madeAt: Time,
  ended: Type.Union([Type.Object({ author: Type.String(), at: Time }), Type.Null()], {
    description: 'who ended it before its time',
  }),
  alarms: Type.Integer({ minimum: 0, description: 'of which nobody is told because of it, now' }),
})
export type SilenceView = Static<typeof SilenceView>
