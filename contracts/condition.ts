import Type, { type Static } from 'typebox'
import { PropertyId } from './device-id.ts'

/** Bounds on one value of a device; all that are given must hold. */
export const Condition = Type.Object(
  {
    property: PropertyId,
    equals: Type.Optional(Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 4_096 })])),
    atLeast: Type.Optional(Type.Number()),
    atMost: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
)
export type Condition = Static<typeof Condition>
