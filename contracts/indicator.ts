import Type, { type Static } from 'typebox'
import { PropertyId } from './device-id.ts'
import { Names } from './profile.ts'

const closed = { additionalProperties: false } as const

/** Of the platform's calendar; a week begins on Monday. */
export const PERIODS = ['hour', 'day', 'week', 'month'] as const
export const Period = Type.Enum(PERIODS)
export type Period = Static<typeof Period>

export const IndicatorId = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
  description: 'lower-case letters, digits and hyphens: pm25-day',
})

/** Beyond one of them: greater than `above`, or less than `below`. */
export const Beyond = Type.Object(
  { above: Type.Optional(Type.Number()), below: Type.Optional(Type.Number()) },
  { ...closed, minProperties: 1 },
)
export type Beyond = Static<typeof Beyond>

const Plain = Type.Enum(['mean', 'min', 'max', 'last', 'rise', 'presence', 'good'])
/** What is taken of each device over the period. */
export const DeviceFigure = Type.Union([Plain, Type.Object({ share: Beyond }, closed)])
export type DeviceFigure = Static<typeof DeviceFigure>

/** What is made of the devices of an area. */
export const AreaFigure = Type.Union([
  Type.Enum(['mean', 'sum', 'min', 'max']),
  Type.Object({ share: Beyond }, closed),
  Type.Object({ count: Beyond }, closed),
])
export type AreaFigure = Static<typeof AreaFigure>

/** Which devices: those with the property, and the tag where one is given. */
export const Measured = Type.Object(
  { property: PropertyId, tag: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) },
  closed,
)

const shared = {
  id: IndicatorId,
  names: Names,
  group: Type.String({
    pattern: '^[^\\u0000-\\u001f\\u007f]{1,60}$',
    description: 'what it is listed under: 空气 air',
  }),
  source: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1_000, description: 'where its definition is from' }),
  ),
  unit: Type.String({ pattern: '^[!-~]{1,40}$', description: 'in UCUM: ug/m3, %, 1' }),
  period: Period,
  better: Type.Optional(
    Type.Enum(['lower', 'higher'], { description: 'lower or higher; left out where neither is' }),
  ),
  amber: Type.Optional(Beyond),
  red: Type.Optional(Beyond),
}

/** What devices measure. */
export const MeasuredIndicator = Type.Object(
  {
    ...shared,
    of: Measured,
    device: DeviceFigure,
    area: AreaFigure,
    needs: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 100,
        description: 'the least share, in %, of the period of a device, and of the devices of an area',
      }),
    ),
  },
  closed,
)
export type MeasuredIndicator = Static<typeof MeasuredIndicator>

/** What follows from other indicators of the same area and period. */
export const DerivedIndicator = Type.Object(
  {
    ...shared,
    expression: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: 'numbers, names, + - * / and brackets: 100 * lost / supplied',
    }),
    with: Type.Record(
      Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$', description: 'a name in the expression' }),
      IndicatorId,
      { minProperties: 1, maxProperties: 16, description: 'names of the expression: { lost: water-lost }' },
    ),
  },
  closed,
)
export type DerivedIndicator = Static<typeof DerivedIndicator>

/** 城市体征指标. */
export const Indicator = Type.Union([MeasuredIndicator, DerivedIndicator])
export type Indicator = Static<typeof Indicator>
