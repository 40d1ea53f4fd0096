import { DeviceId, PropertyId } from '@ganzhi/contracts/device-id'
import Type, { type Static } from 'typebox'
import { ModelCard } from '../card.ts'

const closed = { additionalProperties: false } as const
const { id, version, names, licence, training, source } = ModelCard.properties
const Above0 = Type.Number({ exclusiveMinimum: 0 })

/** What 1 of 100 normal windows exceeds, in spreads of the property; a score of 0.5 is once such a limit. */
const Limits = Type.Object(
  {
    /** From one step to the next. */
    jump: Above0,
    /** How far the newest step is from what the others let expect. */
    now: Above0,
    /** Likewise the later half of the window, on average: a drift, a broken pattern, another sensor's values. */
    lately: Above0,
    /** Steps without any change. Absent: normal data may stand still for a whole window. */
    still: Type.Optional(Above0),
  },
  closed,
)
export type Limits = Static<typeof Limits>

const WatchedProperty = Type.Object(
  {
    id: PropertyId,
    /** The model is given (value − centre) ÷ spread: the median, and half of what the middle 68 % span. */
    centre: Type.Number(),
    spread: Above0,
    limits: Limits,
  },
  closed,
)
export type WatchedProperty = Static<typeof WatchedProperty>

/** What a model of a device's own series is, and how it is to be used; `card.yaml` of its package. */
export const AnomalyCard = Type.Object(
  {
    kind: Type.Literal('anomaly'),
    id,
    version,
    names,
    /** A TensorFlow.js graph model; beside the card. */
    weights: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*\\.json$' }),
    /** It knows this device, and no other. */
    device: DeviceId,
    properties: Type.Array(WatchedProperty, { minItems: 1, maxItems: 16 }),
    stepSeconds: Type.Integer({ minimum: 10, maximum: 21_600 }),
    /** Steps that are looked at together. */
    window: Type.Integer({ minimum: 8, maximum: 288 }),
    /** A value holds until another is said, but no longer. */
    holdSeconds: Type.Integer({ minimum: 1 }),
    /** From this score on it is called an anomaly. */
    alarm: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    licence,
    training,
    source,
  },
  closed,
)
export type AnomalyCard = Static<typeof AnomalyCard>
