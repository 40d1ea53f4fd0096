import Type, { type Static } from 'typebox'
import { Schedule } from './schedule.ts'
import { SceneId } from './scene.ts'
import { Polygon, Zone } from './zone.ts'

const Setting = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Array(Type.String())])

/** One of the `scenes` of a camera: a scene, and where and when this camera watches for it. */
export const CameraScene = Type.Object(
  {
    scene: SceneId,
    zones: Type.Array(Zone, { minItems: 1, maxItems: 32 }),
    /** What stands in one of these is not there: a poster, a screen, the neighbour's yard. */
    masks: Type.Optional(Type.Array(Polygon, { maxItems: 16 })),
    schedule: Type.Optional(Schedule),
    /** Which of the camera's models looks for it; its first where none is named. */
    model: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })),
    /** A film of its last seconds before it is told goes with each incident. */
    clip: Type.Optional(
      Type.Object({ seconds: Type.Integer({ minimum: 1, maximum: 20 }) }, { additionalProperties: false }),
    ),
    /** In place of what the scene says. */
    rule: Type.Optional(Type.Record(Type.String(), Setting)),
    timing: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  { additionalProperties: false },
)
export type CameraScene = Static<typeof CameraScene>
