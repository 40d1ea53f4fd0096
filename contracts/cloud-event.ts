import Type, { type Static } from 'typebox'
import { DeviceId } from './device-id.ts'
import { Sha256, Token } from './record-key.ts'

const Ulid = '[0-9A-HJKMNP-TV-Z]{26}'

/** A picture or clip in the evidence store, known by its content. */
export const EvidenceRef = Type.Object({
  sha256: Sha256,
  role: Type.Union([Type.Literal('before'), Type.Literal('at'), Type.Literal('after'), Type.Literal('clip')]),
  contentType: Type.String({ maxLength: 100 }),
  bytes: Type.Integer({ minimum: 0 }),
})

export const SceneIdentity = Type.Object(
  { id: Type.String(), version: Type.String(), sha256: Sha256 },
  { description: 'the sha256 is of the scene as the camera has it, zones and settings included' },
)

/** What made an event, so that "why did it fire" can be told from the event alone. */
export const Trace = Type.Object({
  model: Type.Optional(
    Type.Object({ id: Type.String(), version: Type.String(), sha256: Type.Optional(Sha256) }),
  ),
  rule: Type.Optional(Type.Object({ id: Type.String(), version: Type.String() })),
  scene: Type.Optional(SceneIdentity),
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
