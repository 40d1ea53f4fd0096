import { aborted } from './aborted.ts'
import type { CameraSource } from './camera-source.ts'
import { cameraFault } from './camera-state.ts'
import { startDecoder } from './decoder.ts'
import { decoderInput } from './decoder-input.ts'
import { askCamera, bodyOf, CameraTrouble, trouble } from './http-camera.ts'
import { jpegSize } from './jpeg.ts'
import { openPicturePipe } from './picture-pipe.ts'
import type { Picture } from './ppm-reader.ts'
import { type Login, scrubber } from './scrub.ts'
import type { FfmpegInput } from './spawn-ffmpeg.ts'

export interface CloserLookOptions {
  readonly ffmpeg: string
  readonly login: Login | undefined
  /** As an HTTP camera sent it last. */
  readonly jpeg: Buffer | undefined
  /** Whether frames are smaller than what the camera sends. */
  readonly shrunk: boolean
  readonly signal: AbortSignal
}

/** Enough to tell a face at a stall; of 4K every copy on the way to a JPEG has 25 MB. */
const MOST = { width: 1_920, height: 1_920 }
const JPEG: FfmpegInput = { arguments: ['-f', 'jpeg_pipe', '-i', 'pipe:0'] }

/**
 * One picture of what a camera shows now, larger than its frames: its own still, the JPEG as it sent it, or its main
 * stream. Undefined where it has nothing larger. Whoever has the frames goes on without noticing.
 */
export async function lookCloser(
  source: CameraSource,
  options: CloserLookOptions,
): Promise<Picture | undefined> {
  const { ffmpeg, login, signal } = options
  signal.throwIfAborted()
  const larger = await largerOf(source, options)
  if (!larger) return undefined
  const first = Promise.withResolvers<Picture>()
  using pipe = await openPicturePipe({
    room: (bytes) => new Uint8Array(bytes),
    onPicture: first.resolve,
  })
  await using decoder = startDecoder({
    ffmpeg,
    size: MOST,
    input: larger.input,
    pipe,
    restarts: false,
    scrub: scrubber(login),
  })
  decoder.feed.end(larger.bytes)
  const failed = decoder.ended.then((fault) => {
    throw new CameraTrouble(fault ?? cameraFault('ended'))
  })
  return await Promise.race([first.promise, failed, aborted(signal)])
}

async function largerOf(
  source: CameraSource,
  { login, jpeg, shrunk, signal }: CloserLookOptions,
): Promise<{ readonly input: FfmpegInput; readonly bytes?: Buffer } | undefined> {
  if ('snapshot' in source && source.snapshot !== undefined) {
    const bytes = await bodyOf(await askCamera(source.snapshot, login, signal))
    if (!jpegSize(bytes)) throw trouble('not-a-picture')
    return { input: JPEG, bytes }
  }
  if (source.kind === 'http') return shrunk && jpeg ? { input: JPEG, bytes: jpeg } : undefined
  if (source.kind !== 'rtsp' || !(shrunk || source.sub !== undefined)) return undefined
  return { input: decoderInput(source, { login, main: true }) }
}
