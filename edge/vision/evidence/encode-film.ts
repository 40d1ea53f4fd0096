import { GanzhiError } from '@ganzhi/contracts/error'
import { runFfmpeg } from '../sources/run-ffmpeg.ts'

export interface FilmOptions {
  readonly ffmpeg: string
  /** So many pictures a second. */
  readonly fps: number
  readonly signal: AbortSignal
}

/** What goes beyond it is cut off: twenty seconds are seldom more than one. */
const MOST_BYTES = 4 * 1024 * 1024
/** Behind everything that looks. */
const NICE = 10
/** In pieces, since a pipe can't be gone back in; sides of H.264 are even. */
const MP4 =
  '-vf crop=trunc(iw/2)*2:trunc(ih/2)*2 -c:v libx264 -preset veryfast -crf 28 -pix_fmt yuv420p -threads 1 -movflags frag_keyframe+empty_moov+default_base_moof'

/** JPEGs of one size as an MP4 that browsers play. */
export async function encodeFilm(
  jpegs: readonly Uint8Array[],
  { ffmpeg, fps, signal }: FilmOptions,
): Promise<Uint8Array> {
  signal.throwIfAborted()
  const { bytes, code, log } = await runFfmpeg({
    ffmpeg,
    input: { arguments: `-f jpeg_pipe -framerate ${fps} -i pipe:0`.split(' ') },
    output: `${MP4} -fs ${MOST_BYTES} -f mp4 pipe:1`,
    pieces: jpegs,
    nice: NICE,
    signal,
  })
  signal.throwIfAborted()
  if (code === 0 && bytes.length > 0) return bytes
  throw new GanzhiError(`ffmpeg made no clip: ${log.lastLine}`, {
    code: 'clip-failed',
    blame: 'outside',
    remedy: 'ffmpeg needs libx264: ffmpeg -encoders | grep libx264',
  })
}
