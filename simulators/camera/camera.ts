import type { Logger } from 'pino'
import { keyOf } from '../signal.ts'
import { type Faults, STREAM_NAMES, type StreamName } from './fault.ts'
import type { Film, Size } from './film/film.ts'
import { makeStream, type Stream } from './stream.ts'

export interface Camera extends AsyncDisposable {
  readonly id: number
  /** Something moves before it. */
  readonly moving: boolean
  readonly streams: Readonly<Record<StreamName, Stream>>
  /** What will happen before it, in the time of its film, which begins anew whenever that is over: 0 was in 1970. */
  readonly programme: object | undefined
  /** What it shows now; people in pixels of the sub-stream. */
  truth(): object
}

/** Where one camera is reached. */
export interface CameraAddresses {
  readonly main: string
  readonly sub: string
  readonly mjpeg: string
  readonly snapshot: string
  readonly onvif: string
}

export interface CameraOptions {
  readonly id: number
  readonly moving: boolean
  readonly film: Film
  readonly mainSize: Size
  readonly subSize: Size
  readonly fps: number
  readonly noise: number
  readonly seed: number
  readonly faults: Faults
  readonly now: () => number
  readonly log: Logger
}

/** A camera with two H.264 streams, a stream of JPEGs as small as the sub-stream, and snapshots as large as the main one. */
export function makeCamera({ id, moving, mainSize, ...options }: CameraOptions): Camera {
  const { film, now, seed } = options
  const stream = (name: StreamName) =>
    makeStream({
      ...options,
      name,
      camera: id,
      seed: keyOf(seed, 'camera', id),
      codec: name === 'main' || name === 'sub' ? 'h264' : 'jpeg',
      size: name === 'main' || name === 'snapshot' ? mainSize : options.subSize,
    })
  const streams = {
    main: stream('main'),
    sub: stream('sub'),
    mjpeg: stream('mjpeg'),
    snapshot: stream('snapshot'),
  }
  const lastsMs = film.seconds * 1_000
  const programme = film.programme && { lastsMs, ...film.programme(options.subSize) }
  return {
    id,
    moving,
    streams,
    programme,
    truth: () => ({
      camera: id,
      shows: film.title,
      people: film.peopleAt?.(now() % lastsMs, options.subSize) ?? null,
      ...(programme && { at: now() % lastsMs, ...programme }),
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all(STREAM_NAMES.map((name) => streams[name][Symbol.asyncDispose]()))
    },
  }
}

/** `/cam2/sub`, and of the first one `/sub` too; what stands behind the name of a stream is left to its protocol. */
export function cameraAt(
  cameras: readonly Camera[],
  path: string,
): { camera: Camera; rest: string } | undefined {
  const [, id = '1', rest = ''] = /^(?:\/cam(\d{1,4}))?\/(.*)$/.exec(path) ?? []
  const camera = cameras.find((each) => each.id === Number(id))
  return camera && { camera, rest }
}
