import type { Writable } from 'node:stream'
import { type CameraFault, cameraFault } from './camera-state.ts'
import { FfmpegLog } from './ffmpeg-log.ts'
import type { PicturePipe } from './picture-pipe.ts'
import { MOST_PIXELS } from './ppm-reader.ts'
import { type FfmpegInput, spawnFfmpeg } from './spawn-ffmpeg.ts'

export interface DecoderOptions {
  readonly ffmpeg: string
  readonly input: FfmpegInput
  /** Where its pictures come out. */
  readonly pipe: PicturePipe
  /** Pictures are made to fit into it, with their aspect, and never enlarged. */
  readonly size: { readonly width: number; readonly height: number }
  /** No more pictures a second than that; all of them where it is left out. */
  readonly fps?: number
  /** Whether it can begin again where the picture changes its size; else that is stretched to what it was. */
  readonly restarts: boolean
  readonly scrub: (text: string) => string
}

export interface Decoder extends AsyncDisposable {
  readonly log: FfmpegLog
  /** For an input of `pipe:0`. */
  readonly feed: Writable
  /** Why; undefined where the picture has changed its size, and a new decoder can go on at once. */
  readonly ended: Promise<CameraFault | undefined>
  pause(): void
  resume(): void
}

/** One ffmpeg, which decodes, scales and thins out. It lives no longer than who reads it. */
export function startDecoder(options: DecoderOptions): Decoder {
  const { ffmpeg, input, pipe, restarts, scrub } = options
  const { process: child, stdin, stderr } = spawnFfmpeg(ffmpeg, input, decoderArguments(options), pipe.end)
  pipe.end.destroy()
  let why: { readonly fault: CameraFault | undefined } | undefined
  const endWith = (fault: CameraFault | undefined) => {
    why ??= { fault }
    child.kill('SIGKILL')
  }
  const log = new FfmpegLog(scrub, () => restarts && endWith(undefined))
  const read = pipe.ended.catch(() => endWith(cameraFault('bad-stream')))
  stderr.setEncoding('utf8').on('data', (text: string) => log.push(text))

  let failed: Error | undefined
  child.once('error', (error) => (failed = error))
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ended = Promise.all([closed, read]).then(([code]) => {
    if (failed) return cameraFault('ffmpeg-failed', failed.message)
    if (why) return why.fault
    if (code === 0) return cameraFault('ended')
    return log.complaint() ?? cameraFault('ffmpeg-failed', log.lastLine)
  })
  return {
    log,
    feed: stdin,
    ended,
    pause: () => pipe.pause(),
    resume: () => pipe.resume(),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      pipe[Symbol.dispose]()
      await ended
    },
  }
}

function decoderArguments({ size, fps }: DecoderOptions) {
  const fit = `scale=w='min(iw,${size.width})':h='min(ih,${size.height})':force_original_aspect_ratio=decrease:flags=bilinear`
  const quiet = '-hide_banner -nostats -nostdin -loglevel level+verbose'
  // A second thread would hold back each picture until the next one has come.
  const single = '-threads 1 -filter_threads 1'
  return {
    before: [...quiet.split(' '), ...single.split(' '), '-max_pixels', String(MOST_PIXELS)],
    after: [
      ...'-map 0:v:0 -vf'.split(' '),
      fps === undefined ? fit : `${thinnedTo(fps)},${fit}`,
      ...'-fps_mode passthrough -c:v ppm -f image2pipe -flush_packets 1 pipe:1'.split(' '),
    ],
  }
}

/**
 * A budget of pictures in ffmpeg's expressions: register 0 is when the next is due. One may come a little early or late
 * without the rate suffering, none is ever repeated, and time that jumped back begins anew.
 */
function thinnedTo(fps: number): string {
  const period = (1 / fps).toFixed(4)
  const early = (0.3 / fps).toFixed(4)
  return `select='if(lt(t,ld(0)-3*${period}),st(0,t+${period}),if(gte(t,ld(0)-${early}),st(0,max(ld(0),t-${period})+${period}),0))'`
}
