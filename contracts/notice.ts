import Type, { type Static } from 'typebox'
import { AlarmId, AlarmView } from './alarm-view.ts'
import { Time } from './api-views.ts'
import { AreaView } from './area.ts'
import { Names } from './profile.ts'
import { Token } from './record-key.ts'
import { Severity } from './severity.ts'
import { SilenceId } from './silence.ts'

const { gateway, device, area, dimension, openedAt } = AlarmView.properties
const { id, names } = AlarmView.properties.rule.properties

const NoticeId = Type.String({ pattern: '^[0-9]{1,18}$' })
const Count = Type.Integer({ minimum: 0 })

/** Why nobody was told: a silence, or another alarm that says it already. */
export const WithheldBy = Type.Union([
  Type.Object({ silence: SilenceId }),
  Type.Object({ alarm: AlarmId, rule: id }),
])
export type WithheldBy = Static<typeof WithheldBy>

/** How an alarm goes on, as far as people are told of it: from when it is raised until it has stayed clear for a while. */
const standing = {
  changes: Type.Integer({ minimum: 0, description: 'how often it was raised or ended' }),
  flapping: Type.Boolean({ description: '抖动: it changes more often than the policy has it' }),
}

/** One of the alarms that a notice is about, as it was then. */
export const NoticeAlarm = Type.Object({
  id: AlarmId,
  rule: Type.Object({ id, names }),
  gateway,
  device,
  area,
  dimension,
  severity: Severity,
  openedAt,
  ...standing,
  heldBackBy: Type.Union([WithheldBy, Type.Null()], { description: 'why it is told only now' }),
})
export type NoticeAlarm = Static<typeof NoticeAlarm>

/** 通知: what people are told of alarms, or would have been. */
export const Notice = Type.Object({
  id: NoticeId,
  at: Time,
  kind: Type.Enum(['raised', 'graver', 'ended', 'reminder', 'escalated', 'digest'], {
    description:
      'digest: alarms of times that were over when their values came, and such as were told wrongly',
  }),
  severity: Type.Enum(Severity.enum, { description: 'the gravest of its alarms' }),
  rule: Type.Union([Type.Object({ id, names }), Type.Null()], {
    description: 'null: a digest, of whatever rules',
  }),
  area: Type.Union([
    Type.Object({ id: AreaView.properties.id, names: AreaView.properties.names }),
    Type.Null(),
  ]),
  gateway: Type.Union([Token, Type.Null()], { description: 'null: of several' }),
  count: Type.Integer({ minimum: 1, description: 'alarms in it' }),
  alarms: Type.Array(NoticeAlarm, { description: 'the gravest first, 100 at most' }),
  withheldBy: Type.Union([WithheldBy, Type.Null()], { description: 'null: people were told' }),
  escalation: Type.Union(
    [Type.Object({ step: Type.Integer({ minimum: 1 }), to: Type.String() }), Type.Null()],
    { description: 'to whom, beyond those who are told of all' },
  ),
  digest: Type.Union(
    [Type.Object({ from: Time, until: Time, raised: Count, ended: Count, revised: Count }), Type.Null()],
    { description: 'of which time, and how many transitions; revised: told, but wrong' },
  ),
  text: Type.Unsafe<Names>({ ...Names, description: 'the message' }),
})
export type Notice = Static<typeof Notice>

export const Acknowledgement = Type.Object({
  author: Type.String(),
  at: Time,
  note: Type.Union([Type.String(), Type.Null()]),
})
export type Acknowledgement = Static<typeof Acknowledgement>

/** What people know of an alarm. */
export const AlarmTold = Type.Object({
  ...standing,
  withheldBy: Type.Union([WithheldBy, Type.Null()], { description: 'why nobody is told of it now' }),
  acknowledged: Type.Union([Acknowledgement, Type.Null()]),
})
export type AlarmTold = Static<typeof AlarmTold>
