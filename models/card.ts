import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const

/** How the numbers that a model puts out become boxes. */
export const HEADS = [
  'yolov5',
  'yolov8',
  'end-to-end',
  'yolox',
  'rt-detr',
  'rt-detr-ultralytics',
  'rf-detr',
  'nanodet',
  'nanodet-plus',
  'picodet',
  'fastestdet',
  'ssd',
] as const
export type Head = (typeof HEADS)[number]

/** How a frame becomes the model's input. */
export const ModelInput = Type.Object(
  {
    /** Width, height. */
    size: Type.Array(Type.Integer({ minimum: 8, maximum: 4_096 }), { minItems: 2, maxItems: 2 }),
    color: Type.Enum(['rgb', 'bgr']),
    /** Each byte is multiplied by this, then mean is taken off and std divided by. */
    scale: Type.Number({ exclusiveMinimum: 0 }),
    mean: Type.Optional(Type.Array(Type.Number(), { minItems: 3, maxItems: 3 })),
    std: Type.Optional(Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 3, maxItems: 3 })),
    /** How a frame of another shape is brought to size: pulled, or with its shape kept and the rest filled with `pad`. */
    fit: Type.Enum(['stretch', 'pad-right-bottom', 'pad-centre']),
    pad: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  },
  closed,
)
export type ModelInput = Static<typeof ModelInput>

/** What a model is, and how it is to be used; `card.yaml` of a model package. */
export const ModelCard = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*$' }),
    /** Immutable once published. */
    version: Type.Integer({ minimum: 1 }),
    names: Type.Optional(
      Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, closed),
    ),
    /** `model.onnx`, or `model.json` of a TensorFlow.js graph model; beside the card. */
    weights: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
    head: Type.Enum(HEADS),
    input: ModelInput,
    /** In the order of the model's classes. */
    labels: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 10_000 }),
    /** Label of this model → what scenes call it: `{ pedestrian: person }`. */
    sceneLabels: Type.Optional(Type.Record(Type.String(), Type.String())),
    thresholds: Type.Optional(
      Type.Object(
        {
          score: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          /** Boxes of one label that overlap more are one; a model that ends in its own choice needs none. */
          overlap: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        },
        closed,
      ),
    ),
    /** SPDX. */
    licence: Type.String({ minLength: 1 }),
    /** Where the weights came from, or how they were trained, on what. */
    training: Type.Optional(Type.String({ minLength: 1 })),
    source: Type.Optional(Type.String({ pattern: '^https?://' })),
    metrics: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  closed,
)
export type ModelCard = Static<typeof ModelCard>
