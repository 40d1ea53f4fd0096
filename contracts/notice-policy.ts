import Type, { type Static } from 'typebox'
import { AreaLevel } from './area.ts'
import { Time } from './api-views.ts'
import { Duration } from './duration.ts'
import { Rule } from './rule.ts'

const closed = { additionalProperties: false } as const

const bySeverity = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) =>
  Type.Object(
    {
      info: Type.Optional(schema),
      minor: Type.Optional(schema),
      major: Type.Optional(schema),
      critical: Type.Optional(schema),
    },
    closed,
  )

/** 通知策略: when people are told of alarms, how often, and of which together. */
export const NoticePolicy = Type.Object(
  {
    /** That an alarm is over, or less grave, counts when it has stayed so for this long. */
    settle: Duration,
    /** 抖动: one that is raised and ends more often than this. */
    flapping: Type.Object({ changes: Type.Integer({ minimum: 2, maximum: 100 }), within: Duration }, closed),
    /** Alarms of one rule and one area of this level, or one gateway, within this time are told together. */
    group: Type.Object({ by: Type.Union([AreaLevel, Type.Literal('gateway')]), window: Duration }, closed),
    /** Alarms that say what others would say as well. */
    inhibit: Type.Array(
      Type.Object(
        {
          while: Type.Union([
            Type.Object({ rule: Rule.anyOf[0].properties.id }, closed),
            Type.Literal('graver', { description: 'any that is graver' }),
          ]),
          same: Type.Enum(['gateway', 'device']),
        },
        {
          ...closed,
          description: 'while such an alarm is open nobody is told of others of the same gateway or device',
        },
      ),
      { maxItems: 32 },
    ),
    /** People are told again of an alarm that is open, and that nobody has acknowledged. */
    reminders: bySeverity(Duration),
    /** Then these are told as well, when nobody has acknowledged it for so long. */
    escalation: bySeverity(
      Type.Array(
        Type.Object({ after: Duration, to: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }) }, closed),
        { maxItems: 8 },
      ),
    ),
  },
  closed,
)
export type NoticePolicy = Static<typeof NoticePolicy>

export const NoticePolicyView = Type.Object({
  version: Type.Integer({ minimum: 0, description: '0: the one that comes with the platform' }),
  author: Type.Union([Type.String(), Type.Null()]),
  madeAt: Type.Union([Time, Type.Null()]),
  policy: NoticePolicy,
})
export type NoticePolicyView = Static<typeof NoticePolicyView>
