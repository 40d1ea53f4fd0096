import Type, { type Static } from 'typebox'
import { Polygon } from './zone.ts'

/** What of a camera's pictures leaves the gateway. */
export const Privacy = Type.Object(
  {
    /** Black in every picture: windows of flats, a yard. */
    masks: Type.Optional(Type.Array(Polygon, { maxItems: 16 })),
    /** Heads of people are made coarse. */
    blurHeads: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type Privacy = Static<typeof Privacy>
