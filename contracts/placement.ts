import Type, { type Static } from 'typebox'
import { Place } from './area.ts'
import { DeviceId, PropertyId } from './device-id.ts'
import { Token } from './record-key.ts'

const closed = { additionalProperties: false } as const

export const MAX_ATTRIBUTES = 64
const Tag = Type.String({
  pattern: '^[^\\s;\\u0000-\\u001f\\u007f]([^;\\u0000-\\u001f\\u007f]{0,62}[^\\s;\\u0000-\\u001f\\u007f])?$',
})

const key = { gateway: Token, device: DeviceId }

export const DeviceKey = Type.Object(key)
export type DeviceKey = Static<typeof DeviceKey>

/** Its thing model 物模型: `maker/model`. */
const ProfileId = Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*$', maxLength: 200 })

const changes = {
  area: Type.Optional(
    Type.Union([Token, Type.Null()], {
      description: 'left out with a place: the lowest one whose border it lies in, if there is one',
    }),
  ),
  place: Type.Optional(Type.Union([Place, Type.Null()])),
  profile: Type.Optional(Type.Union([ProfileId, Type.Null()])),
  tags: Type.Optional(Type.Array(Tag, { maxItems: 32, uniqueItems: true, description: 'all that it has' })),
  attributes: Type.Optional(
    Type.Record(PropertyId, Type.Union([Type.Number(), Type.Null()]), {
      maxProperties: MAX_ATTRIBUTES,
      description: 'those that are named; null takes one away',
    }),
  ),
}

/** What is to be another way than it was: whatever is left out stays. */
export const PlacementChange = Type.Object(changes, closed)
export type PlacementChange = Static<typeof PlacementChange>

export const PlacementEntry = Type.Object({ ...key, ...changes }, closed)
export type PlacementEntry = Static<typeof PlacementEntry>

/** Where a device stands, and what rules may ask about it. */
export const Placement = Type.Object({
  ...key,
  area: Type.Union([Token, Type.Null()]),
  path: Type.Array(Token, { description: 'areas from the top down, its own last' }),
  place: Type.Union([Place, Type.Null()]),
  profile: Type.Union([Type.String(), Type.Null()], { description: 'its thing model 物模型: maker/model' }),
  tags: Type.Array(Type.String()),
  attributes: Type.Record(Type.String(), Type.Number()),
})
export type Placement = Static<typeof Placement>

const Count = Type.Integer({ minimum: 0 })

/** What came of placements; a dry run tells what would. */
export const DevicesPlaced = Type.Object({
  changed: Count,
  unchanged: Count,
  entered: Type.Unsafe<number>({ ...Count, description: 'of those changed: never heard of until now' }),
  located: Type.Unsafe<number>({ ...Count, description: 'whose area was found by their place' }),
  outside: Type.Unsafe<number>({
    ...Count,
    description: 'whose place lies in no border: their area stays as it was',
  }),
})
export type DevicesPlaced = Static<typeof DevicesPlaced>
