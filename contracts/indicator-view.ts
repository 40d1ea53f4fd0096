import Type, { type Static } from 'typebox'
import { Time } from './api-views.ts'
import { type Indicator, IndicatorId, Period } from './indicator.ts'
import { Names } from './profile.ts'
import { Token } from './record-key.ts'

const Count = Type.Integer({ minimum: 0 })
const Figure = Type.Union([Type.Number(), Type.Null()])

/** 绿 黄 红, or missing: less was measured than it needs. */
export const STANDINGS = ['green', 'amber', 'red', 'missing'] as const
export const Standing = Type.Union([Type.Enum(STANDINGS), Type.Null()], {
  description: 'null: it has no thresholds',
})
export type Standing = Static<typeof Standing>

export const IndicatorView = Type.Object({
  id: IndicatorId,
  document: Type.Unsafe<Indicator>({ description: 'as docs/indicators.md says' }),
  author: Type.String(),
  changedAt: Time,
  from: Type.Union([Time, Type.Null()], { description: 'computed from here; it goes back on its own' }),
  until: Type.Union([Time, Type.Null()], { description: 'end of the newest period that is computed' }),
})
export type IndicatorView = Static<typeof IndicatorView>

const measured = {
  at: Type.Unsafe<string>({ ...Time, description: 'start of the period' }),
  value: Type.Union([Type.Number(), Type.Null()], { description: 'null: missing' }),
  expected: Type.Unsafe<number>({ ...Count, description: 'devices in the area that should tell it' }),
  present: Type.Unsafe<number>({ ...Count, description: 'of these, those that told enough' }),
  standing: Standing,
}

const Comparison = Type.Object({
  at: Time,
  value: Figure,
  change: Type.Union([Type.Number(), Type.Null()], { description: 'what has been added since' }),
  percent: Type.Union([Type.Number(), Type.Null()], {
    description: 'of the value then; null where that is 0',
  }),
})
export type Comparison = Static<typeof Comparison>

/** One indicator of one area. */
export const IndicatorValueView = Type.Object({
  indicator: IndicatorId,
  names: Names,
  group: Type.String(),
  unit: Type.String(),
  period: Period,
  area: Type.Object({
    id: Token,
    names: Type.Object({ zh: Type.String(), en: Type.Optional(Type.String()) }),
  }),
  ...measured,
  to: Type.Unsafe<string>({ ...Time, description: 'its end' }),
  previous: Type.Unsafe<Comparison>({ ...Comparison, description: '环比, the period before' }),
  lastWeek: Type.Union([Comparison, Type.Null()], {
    description: 'the same hour or day of the week before; null for weeks and months',
  }),
  lastYear: Type.Union([Comparison, Type.Null()], {
    description: '同比, the same day or month of the year before, the week 52 weeks before; null for hours',
  }),
  recent: Type.Array(Figure, { description: 'the last 8 periods, this one last' }),
  trend: Type.Union([Type.Enum(['rising', 'falling', 'steady']), Type.Null()], {
    description: 'of these; null where fewer than 5 are known',
  }),
  course: Type.Union([Type.Enum(['better', 'worse']), Type.Null()], {
    description: 'what the trend means; null where it is steady, or neither is better',
  }),
})
export type IndicatorValueView = Static<typeof IndicatorValueView>

export const IndicatorPointView = Type.Object(measured)
export type IndicatorPointView = Static<typeof IndicatorPointView>

/** What came of indicators that were put. */
export const IndicatorsPut = Type.Object({
  created: Count,
  changed: Count,
  recomputed: Type.Unsafe<number>({
    ...Count,
    description: 'of those that were there: what they measure is another, their values are computed anew',
  }),
  unchanged: Count,
})
export type IndicatorsPut = Static<typeof IndicatorsPut>
