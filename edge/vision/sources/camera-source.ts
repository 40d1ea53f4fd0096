import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const

/** Written in no address: a configuration is shown, sent and kept in many places. */
const NO_LOGIN_INSIDE = '(?![^/?#]*@)[^\\s\'"]+$'
const RtspUrl = Type.String({ pattern: `^rtsps?://${NO_LOGIN_INSIDE}`, maxLength: 2_000 })
const HttpUrl = Type.String({ pattern: `^https?://${NO_LOGIN_INSIDE}`, maxLength: 2_000 })

/** Where user name and password are: open in a file that only its owner may read, or sealed with the gateway's key. */
export const CameraLogin = Type.Union([
  Type.Object({ file: Type.String({ minLength: 1 }) }, closed),
  Type.Object({ sealed: Type.String({ pattern: '^gz1\\.[A-Za-z0-9_-]+$', maxLength: 2_000 }) }, closed),
])
export type CameraLogin = Static<typeof CameraLogin>

const RtspSource = Type.Object(
  {
    kind: Type.Literal('rtsp'),
    /** The main stream: evidence, and detection where there is no `sub`. */
    url: RtspUrl,
    /** A smaller stream for detection: 1080p costs seven times as much to decode. */
    sub: Type.Optional(RtspUrl),
    transport: Type.Optional(Type.Union([Type.Literal('tcp'), Type.Literal('udp')])),
    /** A still picture of the camera, for evidence in place of a look into the main stream. */
    snapshot: Type.Optional(HttpUrl),
    /** One picture every second or two for next to no work: enough where minutes are counted. */
    keyFramesOnly: Type.Optional(Type.Boolean()),
    login: Type.Optional(CameraLogin),
  },
  closed,
)

const HttpSource = Type.Object(
  {
    kind: Type.Literal('http'),
    /** MJPEG, or one JPEG that is asked for again and again: the answer's content type says which. */
    url: HttpUrl,
    snapshot: Type.Optional(HttpUrl),
    login: Type.Optional(CameraLogin),
  },
  closed,
)

const V4l2Source = Type.Object(
  { kind: Type.Literal('v4l2'), device: Type.String({ pattern: '^/dev/[^\\s\'"]+$' }) },
  closed,
)

const FileSource = Type.Object(
  {
    kind: Type.Literal('file'),
    path: Type.String({ minLength: 1, pattern: "^[^\\n\\r']+$" }),
    /** From the start again when it ends. */
    loop: Type.Optional(Type.Boolean()),
    /** Not in its own time: every frame, as fast as they are taken. */
    unpaced: Type.Optional(Type.Boolean()),
  },
  closed,
)

/** By its `kind`, so that a fault is named where it is and not as "none of four". */
export const CAMERA_SOURCES = { rtsp: RtspSource, http: HttpSource, v4l2: V4l2Source, file: FileSource }
export const CameraSource = Type.Union([RtspSource, HttpSource, V4l2Source, FileSource])
export type CameraSource = Static<typeof CameraSource>
export type HttpSource = Static<typeof HttpSource>
