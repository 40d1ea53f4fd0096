import Type, { type Static } from 'typebox'
import { CommandEvent, isCommandEvent } from './command.ts'
import { GapRecord } from './gap.ts'
import { DeviceId } from './device-id.ts'
import { Sha256, Token } from './record-key.ts'
import { check } from './schema.ts'
import { undecodable } from './wire-frame.ts'

const Ulid = '[0-9A-HJKMNP-TV-Z]{26}'

/** A picture or clip in the evidence store, known by its content. */
export const EvidenceRef = Type.Object({
  sha256: Sha256,
  role: Type.Union([Type.Literal('before'), Type.Literal('at'), Type.Literal('after'), Type.Literal('clip')]),
  contentType: Type.String({ maxLength: 100 }),
  bytes: Type.Integer({ minimum: 0 }),
})

/** What made an event, so that "why did it fire" can be told from the event alone. */
export const Trace = Type.Object({
  model: Type.Optional(
    Type.Object({ id: Type.String(), version: Type.String(), sha256: Type.Optional(Sha256) }),
  ),
  rule: Type.Optional(Type.Object({ id: Type.String(), version: Type.String() })),
})

/** CloudEvents 1.0 in JSON, with the attributes that a city's event carries. */
export const CloudEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({
    pattern: `^${Ulid}\\.(started|updated|ended)\\.[0-9]+$`,
    description: 'incident, phase and n: the same event always bears the same id',
  }),
  source: Type.String({ minLength: 1, maxLength: 300 }),
  type: Type.String({
    pattern: '^[a-z0-9]+(\\.[a-z0-9-]+)+\\.(started|updated|ended)$',
    maxLength: 200,
    description: 'for example cn.ganzhi.vision.crowd-gathering.started',
  }),
  subject: DeviceId,
  time: Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
  }),
  datacontenttype: Type.Optional(Type.Literal('application/json')),
  incident: Type.String({ pattern: `^${Ulid}$`, description: 'ULID made when the incident started' }),
  area: Type.Optional(Token),
  place: Type.Optional(
    Type.Object({
      lon: Type.Number({ minimum: -180, maximum: 180 }),
      lat: Type.Number({ minimum: -90, maximum: 90 }),
    }),
  ),
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  evidence: Type.Optional(Type.Array(EvidenceRef, { maxItems: 32 })),
  codes: Type.Optional(
    Type.Array(Type.Object({ table: Type.String(), version: Type.String(), code: Type.String() }), {
      maxItems: 16,
    }),
  ),
  trace: Type.Optional(Trace),
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type CloudEvent = Static<typeof CloudEvent>

/** Body of a record of the events lane: an event, a step of a command's life, or the name of what is missing. */
export type EventsRecord =
  | { readonly kind: 'event'; readonly event: CloudEvent }
  | { readonly kind: 'command'; readonly event: CommandEvent }
  | { readonly kind: 'gap'; readonly gap: GapRecord }

export function encodeEvent(event: CloudEvent): Uint8Array {
  return Buffer.from(JSON.stringify(check(CloudEvent, event, 'event')))
}

export function encodeCommandEvent(event: CommandEvent): Uint8Array {
  return Buffer.from(JSON.stringify(check(CommandEvent, event, 'command event')))
}

export function encodeGap(gap: GapRecord): Uint8Array {
  return Buffer.from(JSON.stringify(check(GapRecord, gap, 'gap record')))
}

export function decodeEventsRecord(bytes: Uint8Array): EventsRecord {
  let body: unknown
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw undecodable('is not JSON', cause)
  }
  if (typeof body === 'object' && body !== null && 'kind' in body) {
    const gap = check(GapRecord, body, 'gap record')
    if (gap.count === gap.lastSeq - gap.firstSeq + 1) return { kind: 'gap', gap }
    throw undecodable(`counts ${gap.count} from ${gap.firstSeq} to ${gap.lastSeq}`)
  }
  if (typeof body === 'object' && body !== null && isCommandEvent(body)) {
    return { kind: 'command', event: consistent(check(CommandEvent, body, 'command event')) }
  }
  const event = check(CloudEvent, body, 'event')
  if (Number.isNaN(Date.parse(event.time))) throw undecodable(`has the time ${event.time}`)
  return { kind: 'event', event }
}

/** What stands twice in it must be the same: readers go by either. */
function consistent(event: CommandEvent): CommandEvent {
  const { command, step } = event.data
  const same = command.id === step.command && event.type.endsWith(`.${step.state}`)
  if (same && event.subject === command.device && Date.parse(event.time) === step.at) return event
  throw undecodable(`tells of ${step.command} with the head of another`)
}
