import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Frame } from '@ganzhi/models/frame'
import type { CameraSource } from './camera-source.ts'
import { type CameraFault, cameraFault } from './camera-state.ts'
import type { Decoder } from './decoder.ts'
import type { StreamFacts } from './ffmpeg-log.ts'
import { CameraTrouble } from './http-camera.ts'
import { FrameBuffers } from './frame-buffers.ts'
import { LatestFrame, type LentFrame } from './latest-frame.ts'
import {
  firstHealth,
  type Health,
  HEALTH_LIMITS,
  type HealthLimits,
  interrupted,
  nextHealth,
  type PictureFault,
  withViewAccepted,
} from './picture-health.ts'
import { play, type PlayOptions } from './play.ts'
import type { Picture } from './ppm-reader.ts'
import { Rate } from './rate.ts'
import type { Login } from './scrub.ts'
import { thumbnailOf } from './thumbnail.ts'

export interface SourceFigures {
  /** Frames a second, over the last ten seconds. */
  readonly fps: number
  readonly frames: number
  /** Made way for a newer one before anybody took them. */
  readonly dropped: number
  /** How old the frame was that was taken last. */
  readonly lagMs: number
  /** Pictures, or parts of the stream, that could not be decoded. */
  readonly corrupt: number
  /** Of the stream, before it is made to fit. */
  readonly codec: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
}

interface PlayerOptions extends Pick<PlayOptions, 'ffmpeg' | 'size' | 'fps'> {
  readonly login?: Login
  readonly clock: Clock
  readonly limits?: Partial<HealthLimits>
}

/** So long without a frame, and it is lost; to begin with, a login and a key frame have their time too. */
const STALLED_MS = 10_000
const FIRST_FRAME_MS = 15_000
/** Some cameras send a key frame every ten seconds. */
const KEY_FRAMES_MS = 30_000
/** The picture is looked at that often. */
const LOOK_MS = 500

/** Plays a camera, one session after the other: the frame nobody took yet, and what the pictures look like. */
export class Player {
  readonly #source: CameraSource
  readonly #options: PlayerOptions
  readonly #onLook: (wrong: PictureFault | undefined) => void
  readonly #limits: HealthLimits
  readonly #buffers = new FrameBuffers()
  readonly #frames: LatestFrame
  readonly #everyFrame: boolean
  readonly #rate: Rate
  #decoder: Decoder | undefined
  /** As it was last seen. */
  #stream: StreamFacts | undefined
  #health: Health | undefined
  #jpeg: Buffer | undefined
  #lagMs = 0
  #corrupt = 0

  constructor(
    source: CameraSource,
    options: PlayerOptions,
    onLook: (wrong: PictureFault | undefined) => void,
  ) {
    this.#source = source
    this.#options = options
    this.#onLook = onLook
    this.#limits = { ...HEALTH_LIMITS, ...options.limits }
    this.#everyFrame = source.kind === 'file' && source.unpaced === true
    this.#frames = new LatestFrame({
      everyFrame: this.#everyFrame,
      onFree: ({ rgb }) => this.#buffers.giveBack(rgb),
    })
    this.#rate = new Rate(options.clock)
  }

  /** One session: why it ended, and for how long there were frames. */
  async play(closing: AbortSignal): Promise<{ fault: CameraFault | undefined; livedMs: number }> {
    const { clock, login, ffmpeg, size, fps } = this.#options
    const stalled = new AbortController()
    let firstAt: number | undefined
    let atEase = () => {}
    const beAlert = (ms: number) => {
      atEase()
      if (this.#source.kind === 'file') return
      atEase = clock.after(ms, () =>
        stalled.abort(new CameraTrouble(this.#decoder?.log.complaint() ?? cameraFault('stalled'))),
      )
    }
    const patienceMs = Math.max(STALLED_MS, 3_000 / fps, this.#keyFramesOnly ? KEY_FRAMES_MS : 0)
    if (this.#health) this.#health = interrupted(this.#health)
    beAlert(Math.max(patienceMs, FIRST_FRAME_MS))
    try {
      const fault = await play(this.#source, {
        ffmpeg,
        login,
        size,
        fps,
        clock,
        onDecoder: (decoder) => (this.#decoder = decoder),
        room: (bytes) => this.#buffers.take(bytes),
        onPicture: (picture) => {
          firstAt ??= clock.elapsed()
          beAlert(patienceMs)
          this.#take(picture)
        },
        onJpeg: (jpeg) => (this.#jpeg = jpeg),
        onCorrupt: () => this.#corrupt++,
        signal: AbortSignal.any([closing, stalled.signal]),
      })
      return { fault, livedMs: firstAt === undefined ? 0 : clock.elapsed() - firstAt }
    } finally {
      atEase()
      this.#corrupt += this.#decoder?.log.corrupt ?? 0
      this.#stream = this.#decoder?.log.stream ?? this.#stream
      this.#decoder = undefined
    }
  }

  end(): void {
    this.#frames.end()
  }

  async next(signal: AbortSignal): Promise<LentFrame | undefined> {
    const frame = await this.#frames.take(signal)
    if (frame) this.#lagMs = Math.max(0, this.#options.clock.now() - frame.at)
    return frame
  }

  /** False where nothing was seen yet. */
  acceptView(): boolean {
    if (!this.#health) return false
    this.#health = withViewAccepted(this.#health)
    return true
  }

  /** As an HTTP camera sent it last. */
  get jpeg(): Buffer | undefined {
    return this.#jpeg
  }

  /** Whether frames are smaller than what the camera sends. */
  get shrinks(): boolean {
    return (this.#decoder?.log.stream?.width ?? 0) > (this.#frames.newest?.width ?? 0)
  }

  seen(): { readonly latest: Frame | undefined; readonly jpeg: Buffer | undefined } {
    const latest = this.#frames.newest
    return { latest: latest && { ...latest, rgb: latest.rgb.slice() }, jpeg: this.#jpeg }
  }

  figures(): SourceFigures {
    const { codec, width, height } = this.#decoder?.log.stream ?? this.#stream ?? {}
    return {
      fps: this.#rate.perSecond(),
      frames: this.#rate.total,
      dropped: this.#frames.dropped,
      lagMs: this.#lagMs,
      corrupt: this.#corrupt + (this.#decoder?.log.corrupt ?? 0),
      codec,
      width,
      height,
    }
  }

  get #keyFramesOnly(): boolean {
    return this.#source.kind === 'rtsp' && this.#source.keyFramesOnly === true
  }

  #take(picture: Picture): void {
    const frame = { ...picture, at: this.#options.clock.now() }
    this.#rate.count()
    this.#frames.put(frame)
    if (this.#everyFrame) {
      const decoder = this.#decoder
      decoder?.pause()
      this.#frames.whenEmpty(() => decoder?.resume())
    }
    this.#look(frame)
  }

  #look(frame: Frame): void {
    const at = this.#options.clock.elapsed()
    const before = this.#health
    if (before && at - before.at < LOOK_MS) {
      this.#onLook(before.fault)
      return
    }
    const thumbnail = thumbnailOf(frame)
    this.#health = before ? nextHealth(before, thumbnail, at, this.#limits) : firstHealth(thumbnail, at)
    this.#onLook(this.#health.fault)
  }
}
