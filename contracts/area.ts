import Type, { type Static } from 'typebox'
import { Token } from './record-key.ts'

const closed = { additionalProperties: false } as const

/** 市 区县 街道 社区 网格, from the top down. */
export const AREA_LEVELS = ['city', 'county', 'street', 'community', 'grid'] as const
export const AreaLevel = Type.Enum(AREA_LEVELS)
export type AreaLevel = Static<typeof AreaLevel>

const Name = Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,100}$' })

const AreaNames = Type.Object({ zh: Name, en: Type.Optional(Name) }, closed)

const AreaCode = Type.String({
  pattern: '^([1-9][0-9]{5}|[1-9][0-9]{11}|[1-9][0-9]{14})$',
  description:
    'of a city or county 6 digits by GB/T 2260, of a street or community 12 as in statistics, of a grid 15',
})

/** WGS84, in degrees. */
export const Place = Type.Object(
  {
    lon: Type.Number({ minimum: -180, maximum: 180 }),
    lat: Type.Number({ minimum: -90, maximum: 90 }),
  },
  closed,
)
export type Place = Static<typeof Place>

/** Longitude, latitude; a height is passed over. */
const Position = Type.Array(Type.Number(), { minItems: 2, maxItems: 3 })
const Ring = Type.Array(Position, { minItems: 4, description: 'its last position is its first' })
const Rings = Type.Array(Ring, { minItems: 1, description: 'the outer one, then holes' })

export const BORDERS = {
  Polygon: Type.Object({ type: Type.Literal('Polygon'), coordinates: Rings }),
  MultiPolygon: Type.Object({
    type: Type.Literal('MultiPolygon'),
    coordinates: Type.Array(Rings, { minItems: 1 }),
  }),
} as const

/** A geometry of GeoJSON (RFC 7946). */
export const Border = Type.Union([BORDERS.Polygon, BORDERS.MultiPolygon])
export type Border = Static<typeof Border>

const shared = {
  id: Type.Unsafe<string>({ ...Token, description: 'what rules and events call it; it never changes' }),
  level: AreaLevel,
  names: AreaNames,
}

/** An area as it is to be. */
export const AreaEntry = Type.Object(
  {
    ...shared,
    code: Type.Optional(Type.Union([AreaCode, Type.Null()])),
    parent: Type.Optional(
      Type.Union([Token, Type.Null()], { description: 'of a higher level; none at the top' }),
    ),
    border: Type.Optional(
      Type.Union([Border, Type.Null()], { description: 'stays as it is when left out; null takes it away' }),
    ),
  },
  closed,
)
export type AreaEntry = Static<typeof AreaEntry>

export const AreaView = Type.Object({
  ...shared,
  code: Type.Union([Type.String(), Type.Null()]),
  parent: Type.Union([Token, Type.Null()]),
  path: Type.Array(Token, { description: 'from the top down, itself last' }),
  bounds: Type.Union(
    [Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]), Type.Null()],
    {
      description: 'of its border: west, south, east, north',
    },
  ),
})
export type AreaView = Static<typeof AreaView>

const Count = Type.Integer({ minimum: 0 })
const Counts = Type.Object({ areas: Count, devices: Count })

export const AreaDetail = Type.Object({
  ...AreaView.properties,
  border: Type.Union([Border, Type.Null()]),
  within: Type.Unsafe<Static<typeof Counts>>({ ...Counts, description: 'directly' }),
  below: Type.Unsafe<Static<typeof Counts>>({ ...Counts, description: 'with everything below' }),
})
export type AreaDetail = Static<typeof AreaDetail>

/** What came of areas that were put; a dry run tells what would. */
export const AreasPut = Type.Object({
  created: Count,
  changed: Count,
  moved: Type.Unsafe<number>({ ...Count, description: 'of those changed: they got another parent' }),
  unchanged: Count,
})
export type AreasPut = Static<typeof AreasPut>
