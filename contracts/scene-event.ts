import Type, { type Static } from 'typebox'
import { CloudEvent, SceneIdentity, Trace } from './cloud-event.ts'

const Share = Type.Number({ minimum: 0, maximum: 1 })
const Seconds = Type.Number({ minimum: 0 })

/** `data` of an event of a camera's scene. */
export const SceneEventData = Type.Object({
  zone: Type.String({ minLength: 1, maxLength: 64 }),
  /** Another matter in the same zone: shop-front, at-bin. */
  variant: Type.Optional(Type.String({ maxLength: 64 })),
  names: Type.Object({ zh: Type.String(), en: Type.String() }, { description: 'of what happens' }),
  severity: Type.Enum(['info', 'minor', 'major', 'critical']),
  reason: Type.Enum(['confirmed', 'repeat', 'visibility', 'cleared', 'schedule', 'withdrawn'], {
    description:
      'why it is told now; of what has ended: cleared was seen to be over, schedule and withdrawn only that nobody looks any more',
  }),
  visibility: Type.Enum(['visible', 'unknown'], {
    description: 'unknown: the camera is blind, and what it told last may be over or not',
  }),
  begin: CloudEvent.properties.time,
  dwellSeconds: Type.Unsafe<number>({ ...Seconds, description: 'how long it was seen' }),
  unseenSeconds: Type.Unsafe<number>({ ...Seconds, description: 'how long the camera was blind meanwhile' }),
  count: Type.Integer({ minimum: 0 }),
  peak: Type.Integer({ minimum: 0, description: 'the most there were at once' }),
  why: Type.Record(Type.String(), Type.Number(), { description: 'the numbers that decided' }),
  things: Type.Array(
    Type.Object({ label: Type.String(), score: Share, box: Type.Tuple([Share, Share, Share, Share]) }),
    { maxItems: 32, description: 'those that counted, in shares of the picture: left, top, right, bottom' },
  ),
})
export type SceneEventData = Static<typeof SceneEventData>

const { model } = Trace.properties

/** What a camera saw begin, go on or end in one of its zones: `cn.ganzhi.vision.<what>.<phase>`. */
export const SceneEvent = Type.Object({
  ...CloudEvent.properties,
  type: Type.String({ pattern: '^cn\\.ganzhi\\.vision\\.[a-z0-9-]+\\.(started|updated|ended)$' }),
  confidence: Share,
  trace: Type.Object({ model, scene: SceneIdentity }),
  data: SceneEventData,
})
export type SceneEvent = Static<typeof SceneEvent>
