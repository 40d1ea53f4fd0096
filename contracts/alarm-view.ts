import Type, { type Static } from 'typebox'
import { Time } from './api-views.ts'
import { DeviceId } from './device-id.ts'
import { Names } from './profile.ts'
import { Token } from './record-key.ts'
import { Rule } from './rule.ts'
import { Severity } from './severity.ts'
import { Transition } from './transition.ts'
import { UnknownView } from './unknown-view.ts'

const { from, to, value, why } = Transition.properties

export const AlarmId = Type.String({ pattern: '^[0-9]{1,18}$' })

/** 告警: open from the first transition of its rule and target until one to `clear`. The target is a device, a gateway or an area. */
export const AlarmView = Type.Object({
  id: AlarmId,
  rule: Type.Object({
    id: Rule.anyOf[0].properties.id,
    version: Type.Integer({ description: 'the one that raised it' }),
    names: Type.Union([Names, Type.Null()]),
  }),
  gateway: Type.Union([Token, Type.Null()], { description: 'null: it is an area’s' }),
  device: Type.Union([DeviceId, Type.Null()], { description: 'null: it is an area’s, or the gateway’s own' }),
  area: Type.Union([Token, Type.Null()], { description: 'whose it is, where a rule judges areas' }),
  dimension: Type.Union([Type.String(), Type.Null()]),
  severity: Severity,
  openedAt: Type.Unsafe<string>({
    ...Time,
    description: 'by the time of the values that decided, as all its times',
  }),
  changedAt: Time,
  closedAt: Type.Union([Time, Type.Null()]),
  withdrawn: Type.Boolean({ description: 'values that came late have shown that there was nothing' }),
  unknown: UnknownView,
})
export type AlarmView = Static<typeof AlarmView>

export const AlarmTransitionView = Type.Object({
  id: Transition.properties.id,
  version: Type.Integer(),
  at: Time,
  toldAt: Type.Unsafe<string>({ ...Time, description: 'when the platform knew' }),
  late: Type.Boolean({ description: 'made by values that came after their time had been judged' }),
  revisedAt: Type.Unsafe<string | null>({
    ...Type.Union([Time, Type.Null()]),
    description: 'since when it is known, from values that came late, that it did not come about',
  }),
  from,
  to,
  value,
  why,
  reading: Type.Unsafe<Names>({
    ...Names,
    description:
      'why, in a sentence; times stand in it as RFC 3339, to be written by the clock of who reads it',
  }),
})
export type AlarmTransitionView = Static<typeof AlarmTransitionView>

export const AlarmStory = Type.Object({
  ...AlarmView.properties,
  transitions: Type.Array(AlarmTransitionView, { description: 'in order of time, 500 at most' }),
})
export type AlarmStory = Static<typeof AlarmStory>
