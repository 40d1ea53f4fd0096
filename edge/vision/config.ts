import { CloudEvent } from '@ganzhi/contracts/cloud-event'
import { CameraScene } from '@ganzhi/firmware-config/scenes/camera-scene'
import { Privacy } from '@ganzhi/firmware-config/scenes/privacy'
import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const Path = Type.String({ minLength: 1 })
const share = Type.Number({ exclusiveMinimum: 0, maximum: 1 })

/** Execution providers in the order they are tried: `[cuda, cpu]`. */
const providers = Type.Optional(Type.Array(Type.String({ pattern: '^[a-z]+$' }), { minItems: 1 }))

/** A folder that somebody trusted has signed. */
const Package = { package: Path, providers }
/** Weights as they were exported, and a card that says how they are used. */
const Weights = { weights: Path, card: Path, providers }

/** Of a model; each of the two by the field that tells which it is. */
export const PackageModel = Type.Object({ ...Package, shadow: Type.Optional(Type.Unknown()) }, closed)
export const WeightsModel = Type.Object({ ...Weights, shadow: Type.Optional(Type.Unknown()) }, closed)
/** A candidate that looks at a share of the frames beside the model, for comparison only. */
export const PackageShadow = Type.Object({ ...Package, share }, closed)
export const WeightsShadow = Type.Object({ ...Weights, share }, closed)

const Side = Type.Integer({ minimum: 16, maximum: 8_192 })
const Fps = Type.Number({ exclusiveMinimum: 0, maximum: 60 })

/** A camera, but for its source: that is checked by its kind. */
export const CameraHead = Type.Object(
  {
    source: Type.Unknown(),
    /** Width and height of a box that frames are made to fit into, never enlarged; what a model needs is made of that. */
    size: Type.Optional(Type.Tuple([Side, Side])),
    /** Looks a second. */
    fps: Type.Optional(Fps),
    /** Looks a second without which its scenes do not work: the last to be cut where the machine is too small. */
    leastFps: Type.Optional(Fps),
    /** Names of those that look at it. */
    models: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    /** Beside the whole frame so many parts of it are looked at: what is small is found. */
    tiles: Type.Optional(
      Type.Object(
        {
          columns: Type.Integer({ minimum: 1, maximum: 5 }),
          rows: Type.Integer({ minimum: 1, maximum: 5 }),
        },
        closed,
      ),
    ),
    /** False: frames in which nothing moves are looked at too. */
    gate: Type.Optional(Type.Boolean()),
    /** Where it stands, as its events say. */
    area: CloudEvent.properties.area,
    place: CloudEvent.properties.place,
    /** What of its pictures may leave the gateway, or be looked at live. */
    privacy: Type.Optional(Privacy),
    /** What is watched for, and where in the picture. */
    scenes: Type.Optional(Type.Array(CameraScene, { maxItems: 64 })),
  },
  closed,
)
export type CameraHead = Static<typeof CameraHead>

/** A source of any kind; the rest of it is as its kind says. */
export const SourceHead = Type.Object({ kind: Type.Enum(['rtsp', 'http', 'v4l2', 'file']) })

/** What a gateway looks at, but for its models and cameras: each is checked alone, and its name. */
export const VisionHead = Type.Object(
  {
    /** PEM files of those whose model packages are run. */
    trustedKeys: Type.Optional(Type.Array(Path)),
    models: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    cameras: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  closed,
)
