import Type, { type Static, type TProperties } from 'typebox'
import { PropertyId } from './device-id.ts'
import { Duration } from './duration.ts'
import { HistoryLimit } from './history-limit.ts'

const closed = { additionalProperties: false } as const

/** How long a condition must hold before it counts, and be gone before it no longer does. At once where nothing is said. */
const Lasting = {
  for: Type.Optional(Duration),
  clearFor: Type.Optional(Duration),
}

/** Of its last `m` samples at least `n`. */
const Share = Type.Object(
  { n: Type.Integer({ minimum: 1, maximum: 1000 }), m: Type.Integer({ minimum: 1, maximum: 1000 }) },
  closed,
)

/** What is judged at each sample of one property: the rule's own where none is named. */
const Sampled = {
  property: Type.Optional(PropertyId),
  of: Type.Optional(Share),
  ...Lasting,
}

/** A number, an attribute of the device or of its history; a device that lacks it is judged by `otherwise`, or not at all. */
export const Limit = Type.Union([
  Type.Number(),
  Type.Object(
    { attribute: PropertyId, otherwise: Type.Optional(Type.Number()) },
    { ...closed, description: 'an attribute of the device' },
  ),
  HistoryLimit,
])
export type Limit = Static<typeof Limit>

const kind = <Fields extends TProperties>(fields: Fields) => Type.Object(fields, closed)

export const Above = kind({ above: Limit, clearBelow: Type.Optional(Limit), ...Sampled })
export const Below = kind({ below: Limit, clearAbove: Type.Optional(Limit), ...Sampled })
export const Equals = kind({
  equals: Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 4_096 })]),
  ...Sampled,
})
/** By how much the value has moved within `over`; as a change a `per`, where there is one. */
export const Rate = kind({
  rate: Type.Object(
    {
      above: Type.Optional(Type.Number()),
      below: Type.Optional(Type.Number()),
      per: Type.Optional(Duration),
      over: Duration,
    },
    { ...closed, description: 'above or below, or both' },
  ),
  ...Sampled,
})
/** Samples keep coming, and for so long have not been further apart than `within`. */
export const Stuck = kind({
  stuck: Duration,
  within: Type.Optional(Type.Number({ minimum: 0 })),
  property: Type.Optional(PropertyId),
  clearFor: Type.Optional(Duration),
})
/** For so long nothing came, neither good nor bad. */
export const NoData = kind({
  noData: Duration,
  property: Type.Optional(PropertyId),
  clearFor: Type.Optional(Duration),
})
/** For so long nothing came that can be used, whether something bad did or not. */
export const Stale = kind({
  stale: Duration,
  property: Type.Optional(PropertyId),
  clearFor: Type.Optional(Duration),
})
/**
 * CEL over the newest values of the device's properties, such as `pm25 > 2.0 * pm10`; in a rule over areas, over what count, sum,
 * avg, min and max make of the devices' values that are no older than `within` (PT10M): `avg(pm25) > 75.0`.
 */
export const Expression = kind({
  expression: Type.String({ minLength: 1, maxLength: 2_000 }),
  clear: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
  within: Type.Optional(Duration),
  ...Lasting,
})

const EventType = Type.String({
  pattern: '^[a-z0-9]+(\\.[a-z0-9-]+)+$',
  maxLength: 200,
  description: 'without its phase: cn.ganzhi.vision.crowd-gathering',
})
/** From the event's started to its ended. */
export const During = kind({ during: EventType, ...Lasting })
/** So many began within that time. */
export const Events = kind({
  events: Type.Object(
    { type: EventType, atLeast: Type.Integer({ minimum: 1, maximum: 10_000 }), within: Duration },
    closed,
  ),
  clearFor: Type.Optional(Duration),
})

/** WGS84, in degrees. */
const Position = Type.Tuple(
  [Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })],
  { description: '[longitude, latitude]' },
)
/** It is off its way, or beyond a border, by more than so many metres. */
export const Outside = kind({
  outside: Type.Object(
    {
      route: Type.Optional(Type.Array(Position, { minItems: 2, maxItems: 1_000 })),
      polygon: Type.Optional(Type.Array(Position, { minItems: 3, maxItems: 1_000 })),
      by: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
      /** Where the device says that it is; `lon` and `lat` where nothing is said. */
      lon: Type.Optional(PropertyId),
      lat: Type.Optional(PropertyId),
    },
    { ...closed, description: 'a route or a polygon' },
  ),
  ...Lasting,
})

/** Of a rule over gateways: for so long nothing was heard of it. */
export const Offline = kind({ offline: Duration, clearFor: Type.Optional(Duration) })

/** What is judged at a device. */
export const DeviceCondition = Type.Union([
  Above,
  Below,
  Equals,
  Rate,
  Stuck,
  NoData,
  Stale,
  Expression,
  During,
  Events,
  Outside,
])
export type DeviceCondition = Static<typeof DeviceCondition>

/** Of a rule over areas: so many of the area's devices meet a condition at the same time. */
export const Devices = kind({
  devices: Type.Object(
    { atLeast: Type.Integer({ minimum: 1, maximum: 1_000_000 }), when: DeviceCondition },
    closed,
  ),
  ...Lasting,
})

/** One that stands alone, by the field that tells which it is. */
export const SINGLE_CONDITIONS = {
  above: Above,
  below: Below,
  equals: Equals,
  rate: Rate,
  stuck: Stuck,
  noData: NoData,
  stale: Stale,
  expression: Expression,
  during: During,
  events: Events,
  outside: Outside,
  devices: Devices,
  offline: Offline,
} as const
export type ConditionKind = keyof typeof SINGLE_CONDITIONS

export const SingleCondition = Type.Union([...DeviceCondition.anyOf, Devices, Offline])
export type SingleCondition = Static<typeof SingleCondition>

const Several = Type.Array(SingleCondition, { minItems: 2, maxItems: 8 })
/** Each part lasts as long as it says itself; then all of them together, as this says. */
export const All = kind({ all: Several, ...Lasting })
export const Any = kind({ any: Several, ...Lasting })

export const RuleCondition = Type.Union([SingleCondition, All, Any])
export type RuleCondition = Static<typeof RuleCondition>
