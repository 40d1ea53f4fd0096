import Type, { type Static } from 'typebox'
import { Time } from './api-views.ts'
import { DeviceId } from './device-id.ts'
import { CloudEvent, EvidenceRef } from './cloud-event.ts'
import { Token } from './record-key.ts'

const { incident: Incident, area, place, confidence, codes, trace, data } = CloudEvent.properties

export const EvidenceView = Type.Object({
  ...EvidenceRef.properties,
  state: Type.Enum(['pending', 'stored'], {
    description:
      'pending: it comes after the event, on a lane of its own; stored: get it from /evidence/{sha256}',
  }),
})
export type EvidenceView = Static<typeof EvidenceView>

/** What began somewhere and goes on until it ends, as its events tell. */
export const IncidentView = Type.Object({
  gateway: Token,
  incident: Incident,
  type: Type.String({ description: 'as its events have it, without the phase' }),
  device: DeviceId,
  startedAt: Time,
  lastAt: Type.Unsafe<string>({ ...Time, description: 'of the newest event' }),
  endedAt: Type.Union([Time, Type.Null()]),
  area,
  place,
  confidence,
  codes,
  evidence: Type.Array(EvidenceView, { description: 'of its first event and of its newest' }),
})
export type IncidentView = Static<typeof IncidentView>

export const IncidentEventView = Type.Object({
  id: CloudEvent.properties.id,
  phase: Type.Enum(['started', 'updated', 'ended']),
  time: Time,
  arrivedAt: Time,
  confidence,
  trace,
  data,
  evidence: Type.Array(EvidenceView),
})
export type IncidentEventView = Static<typeof IncidentEventView>

export const IncidentStory = Type.Object({
  ...IncidentView.properties,
  events: Type.Array(IncidentEventView, { description: 'newest first, 200 at most' }),
})
export type IncidentStory = Static<typeof IncidentStory>
