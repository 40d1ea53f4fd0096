import Type, { type Static } from 'typebox'
import { Day, Problem, Time } from './api-views.ts'
import { Names } from './profile.ts'
import { RuleScope } from './rule.ts'
import { Severity } from './severity.ts'
import { Transition } from './transition.ts'

const closed = { additionalProperties: false } as const
const Count = Type.Integer({ minimum: 0 })
const { id: Id, version: Version } = Transition.properties.rule.properties
const RuleIdentity = Type.Object({ id: Id, version: Version })

/** 回测: what a rule would have told of what is stored. */
export const BacktestRequest = Type.Object(
  {
    rule: Type.Unknown({ description: 'the document of a rule, docs/rules.md; it need not be there yet' }),
    compare: Type.Optional(
      Type.Unknown({ description: 'another version, for the same devices and property' }),
    ),
    from: Time,
    to: Type.Unsafe<string>({ ...Time, description: 'not included' }),
    scope: Type.Optional(
      Type.Omit(RuleScope, ['property'], {
        ...closed,
        description: 'in place of what the rule says of them: a few devices are tried soon',
      }),
    ),
  },
  closed,
)
export type BacktestRequest = Static<typeof BacktestRequest>

/** From its first severity to clear, whatever it becomes between. */
export const BacktestAlarm = Type.Object({
  target: Transition.properties.target,
  from: Time,
  to: Type.Union([Time, Type.Null()], { description: 'null: it lasts still when the history ends' }),
  severity: Type.Unsafe<Severity>({ ...Severity, description: 'the gravest that it became' }),
  value: Type.Unsafe<Transition['value']>({
    ...Transition.properties.value,
    description: 'with which it began',
  }),
  why: Transition.properties.why,
})
export type BacktestAlarm = Static<typeof BacktestAlarm>

export const AlarmStatistics = Type.Object({
  alarms: Count,
  perDay: Type.Number(),
  open: Type.Unsafe<number>({ ...Count, description: 'those that last still when the history ends' }),
  seconds: Type.Number({ description: 'for how long there was one, all devices together' }),
  bySeverity: Type.Record(Severity, Count),
  days: Type.Array(Type.Object({ date: Day, alarms: Count }), {
    description: 'on which alarms began, by the clock of the rule',
  }),
  devices: Type.Array(
    Type.Object({ target: Transition.properties.target, alarms: Count, seconds: Type.Number() }),
    { description: 'the twenty with the most alarms, the noisiest first' },
  ),
})
export type AlarmStatistics = Static<typeof AlarmStatistics>

const SeenValue = Type.Object({ value: Type.Number(), at: Time, target: Transition.properties.target })

/** What came of one property: whether a rule had anything to judge, and how near it was. */
export const SeenProperty = Type.Object({
  property: Type.String(),
  samples: Count,
  unusable: Type.Unsafe<number>({
    ...Count,
    description:
      'of another quality than good, or nothing that its conditions can judge: a text where a number is needed',
  }),
  firstUnusable: Type.Optional(
    Type.Object({
      value: Type.Unknown(),
      quality: Type.String(),
      at: Time,
      target: Transition.properties.target,
    }),
  ),
  lowest: Type.Optional(SeenValue),
  highest: Type.Optional(SeenValue),
})
export type SeenProperty = Static<typeof SeenProperty>

export const BacktestFault = Type.Object({
  field: Type.String({ description: 'of the rule' }),
  message: Type.String(),
  times: Count,
})
export type BacktestFault = Static<typeof BacktestFault>

/** What a backtest tells. */
export const BacktestDocument = Type.Object({
  transitions: Type.Array(
    Type.Object({
      ...Transition.properties,
      reading: Type.Optional(
        Type.Unsafe<Names>({ ...Names, description: 'why, in a sentence; of what is stored on a platform' }),
      ),
    }),
    { description: 'by time; the target is `gateway/device` on a platform' },
  ),
  rule: RuleIdentity,
  span: Type.Union([Type.Object({ from: Time, to: Time }), Type.Null()], {
    description: 'null: there was no input',
  }),
  devices: Type.Unsafe<number>({ ...Count, description: 'that count for the rule' }),
  inputs: Type.Unsafe<number>({ ...Count, description: 'values and events that were judged' }),
  alarms: AlarmStatistics,
  seen: Type.Array(SeenProperty),
  faults: Type.Array(BacktestFault, {
    description: 'what failed in judging, and how often: an expression over a text',
  }),
  compared: Type.Optional(
    Type.Object({
      rule: RuleIdentity,
      alarms: AlarmStatistics,
      added: Type.Array(BacktestAlarm, {
        description: 'told at times at which the other version has none of that device',
      }),
      removed: Type.Array(BacktestAlarm, { description: 'of the other version, likewise' }),
      kept: Count,
    }),
  ),
})
export type BacktestDocument = Static<typeof BacktestDocument>

/** One line of the answer: how far it is, now and then; then the result, or why there is none. */
export const BacktestMessage = Type.Union([
  Type.Object({
    kind: Type.Literal('waiting', { description: 'others are tried first' }),
    ahead: Count,
  }),
  Type.Object({
    kind: Type.Literal('progress'),
    share: Type.Number({ minimum: 0, maximum: 1 }),
    devices: Count,
    inputs: Count,
  }),
  Type.Object({ kind: Type.Literal('result'), result: BacktestDocument }),
  Type.Object({ kind: Type.Literal('failed'), problem: Problem }),
])
export type BacktestMessage = Static<typeof BacktestMessage>
