import Type, { type Static } from 'typebox'
import { SEVERITIES } from './severity.ts'

/** What an alarm is at: no alarm, or its severity. */
export const AlarmState = Type.Enum(['clear', ...SEVERITIES])
export type AlarmState = Static<typeof AlarmState>

/** An alarm begins, becomes graver or less grave, or ends. */
export const Transition = Type.Object({
  id: Type.String({
    description:
      'of rule, version, target, dimension, time and states: the same one is always called the same',
  }),
  rule: Type.Object({ id: Type.String(), version: Type.Integer() }),
  at: Type.String({ format: 'date-time', description: 'by the time of the values that decided' }),
  target: Type.String({ description: 'the device' }),
  dimension: Type.Optional(Type.String({ description: 'what of the device, where one has several alarms' })),
  from: AlarmState,
  to: AlarmState,
  value: Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()], {
    description: 'the last that counted',
  }),
  why: Type.Record(Type.String(), Type.Unknown(), {
    description: 'values, times and thresholds that decided; docs/rules.md',
  }),
})
export type Transition = Static<typeof Transition>
