import type { Clock } from '@ganzhi/device-drivers/clock'
import { aborted } from './aborted.ts'
import type { CameraSource, HttpSource } from './camera-source.ts'
import { type CameraFault, cameraFault } from './camera-state.ts'
import { type Decoder, startDecoder } from './decoder.ts'
import { decoderInput } from './decoder-input.ts'
import { CameraTrouble } from './http-camera.ts'
import { readJpegs } from './jpeg-stream.ts'
import { openPicturePipe, type PicturePipe } from './picture-pipe.ts'
import type { PpmReaderOptions } from './ppm-reader.ts'
import { reach } from './reach.ts'
import { type Login, scrubber } from './scrub.ts'

export interface PlayOptions extends PpmReaderOptions {
  readonly ffmpeg: string
  readonly login: Login | undefined
  readonly size: { readonly width: number; readonly height: number }
  readonly fps: number
  readonly clock: Clock
  readonly onDecoder: (decoder: Decoder) => void
  /** As an HTTP camera sent it. */
  readonly onJpeg: (jpeg: Buffer) => void
  readonly onCorrupt: () => void
  /** Aborted with CameraTrouble where that is why. */
  readonly signal: AbortSignal
}

/** Plays until it ends: why, or undefined where it can go on at once, as the picture has changed its size. */
export async function play(source: CameraSource, options: PlayOptions): Promise<CameraFault | undefined> {
  try {
    return source.kind === 'http' ? await playHttp(source, options) : await playDirect(source, options)
  } catch (error) {
    if (error instanceof CameraTrouble) return error.fault
    if (options.signal.aborted) throw error
    // No memory or no descriptors for one more process, for instance: that passes.
    return cameraFault('ffmpeg-failed', error instanceof Error ? error.message : String(error))
  }
}

async function playDirect(source: CameraSource, options: PlayOptions): Promise<CameraFault | undefined> {
  if (source.kind === 'rtsp') await reach(source.sub ?? source.url, options.signal)
  using pipe = await openPicturePipe(options)
  options.signal.throwIfAborted()
  await using decoder = decoderOf(source, pipe, options)
  const fault = await Promise.race([decoder.ended, aborted(options.signal)])
  const closed = fault?.code === 'ended' && source.kind !== 'file'
  return closed ? cameraFault('stalled', 'the stream was closed') : fault
}

/** HTTP is spoken here, as ffmpeg can't poll; so pictures in excess are never decoded, and a dead camera has no ffmpeg. */
async function playHttp(source: HttpSource, options: PlayOptions): Promise<CameraFault | undefined> {
  const { login, fps, clock, onJpeg, onCorrupt } = options
  using pipe = await openPicturePipe(options)
  await using children = new AsyncDisposableStack()
  const ended = Promise.withResolvers<CameraFault | undefined>()
  const leaving = new AbortController()
  const signal = AbortSignal.any([options.signal, leaving.signal])
  let decoder: Decoder | undefined
  const reading = readJpegs({
    url: source.url,
    login,
    fps,
    clock,
    onCorrupt,
    signal,
    onJpeg(jpeg) {
      onJpeg(jpeg)
      if (!decoder) {
        decoder = children.use(decoderOf(source, pipe, options))
        void decoder.ended.then(ended.resolve)
      }
      // The latest wins: what ffmpeg has no time for is not kept for later.
      if (decoder.feed.writableNeedDrain) return
      decoder.feed.write(
        `--gz\r\nContent-type: image/jpeg\r\nContent-length: ${jpeg.length}\r\n\r\n`,
        'latin1',
      )
      decoder.feed.write(jpeg)
      decoder.feed.write('\r\n')
    },
  })
  try {
    return await Promise.race([reading, ended.promise])
  } finally {
    leaving.abort(new Error('no longer played'))
    await reading.catch(() => {})
  }
}

function decoderOf(source: CameraSource, pipe: PicturePipe, options: PlayOptions): Decoder {
  const { ffmpeg, login, size, fps, onDecoder } = options
  const decoder = startDecoder({
    ffmpeg,
    size,
    pipe,
    input: decoderInput(source, { login, main: false }),
    restarts: source.kind !== 'file',
    scrub: scrubber(login),
    ...(source.kind === 'file' && source.unpaced ? {} : { fps }),
  })
  onDecoder(decoder)
  return decoder
}
