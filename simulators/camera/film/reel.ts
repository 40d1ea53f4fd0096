import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Logger } from 'pino'
import { accessUnitCutter, type CodedPicture } from './access-units.ts'
import type { Film, Take } from './film.ts'
import { jpegCutter } from './jpeg-cutter.ts'

export type Codec = 'h264' | 'jpeg'

export interface RecordOptions {
  readonly film: Film
  readonly take: Take
  readonly codec: Codec
  /** So often comes the one picture of the take. */
  readonly repeat: number
  /** As of a cheap sensor, 0 to 100. */
  readonly noise: number
  readonly seed: number
  readonly log: Logger
}

/** Pictures in memory, encoded once by an ffmpeg of their own, to be played over and over at no cost. */
export interface Reel extends AsyncDisposable {
  /** Nothing while it isn't encoded. */
  at(index: number): CodedPicture | undefined
  /** Rejects where ffmpeg gives none. */
  readonly first: Promise<CodedPicture>
  /** Resolves when all of them are encoded; rejects where ffmpeg gives fewer. */
  readonly whole: Promise<void>
}

export function record(options: RecordOptions): Reel {
  const { film, take, codec, repeat, log } = options
  const count = take.count * repeat
  const pictures: CodedPicture[] = []
  const first = Promise.withResolvers<CodedPicture>()
  const whole = Promise.withResolvers<void>()
  const fail = (cause: unknown) => {
    const error = tooFew(pictures.length, count, cause)
    first.reject(error)
    whole.reject(error)
  }
  // Nobody need wait for them.
  first.promise.catch(() => {})
  whole.promise.catch(() => {})

  const input = film.input(take)
  const child = spawn('ffmpeg', ffmpegArgs(options, input.args, input.graph, count), {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const keep = (picture: CodedPicture) => {
    pictures.push(picture)
    first.resolve(picture)
  }
  const cutter =
    codec === 'h264'
      ? accessUnitCutter(keep)
      : { ...jpegCutter((jpeg) => keep({ key: true, parts: [jpeg] })), end() {} }
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => cutter.push(chunk))
  child.stdout.on('end', () => cutter.end())
  child.stderr.on('data', (chunk) => (said = String(chunk).trim().slice(-300)))
  // It ends as soon as it has enough.
  child.stdin.on('error', () => {})
  const closed = new Promise<void>((resolve) => {
    child.on('error', (cause) => {
      fail(cause)
      resolve()
    })
    child.on('close', (code) => {
      if (pictures.length < count) {
        fail(said)
        if (!child.killed) log.error({ film: film.title, code, said }, 'ffmpeg gave up')
      } else whole.resolve()
      resolve()
    })
  })
  feed(child.stdin, input.pictures?.() ?? [], closed).catch((cause: unknown) => {
    fail(cause)
    log.error({ film: film.title, err: cause }, 'a film can not be painted')
    child.kill('SIGKILL')
  })
  return {
    at: (index) => pictures[index % count],
    first: first.promise,
    whole: whole.promise,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

function ffmpegArgs(
  { take: { fps }, codec, repeat, noise, seed }: RecordOptions,
  input: readonly string[],
  graph: string | undefined,
  count: number,
): string[] {
  const filters = [
    graph ?? '[0:v]null',
    ...(repeat === 1 ? [] : [`loop=loop=${repeat}:size=1,setpts=N/(${fps}*TB)`]),
    ...(noise === 0 ? [] : [`noise=all_seed=${seed & 0xffff}:alls=${noise}:allf=t`]),
    codec === 'h264' ? 'format=yuv420p' : 'format=yuvj420p',
  ]
  // Delimiters cut the stream; a picture a second where decoding can begin.
  const h264 = `-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -g ${fps} -x264-params aud=1:scenecut=0 -f h264`
  const jpeg = '-c:v mjpeg -q:v 4 -f image2pipe'
  const output = `-an -r ${fps} -frames:v ${count} -flush_packets 1 ${codec === 'h264' ? h264 : jpeg} -`
  return ['-loglevel', 'error', ...input, '-filter_complex', filters.join(','), ...output.split(' ')]
}

/** One picture after the other as they are taken: painting waits for the encoder. */
async function feed(
  stdin: Writable,
  pictures: Iterable<Buffer> | AsyncIterable<Buffer>,
  closed: Promise<void>,
): Promise<void> {
  for await (const picture of pictures) {
    if (!stdin.writable) return
    if (!stdin.write(picture)) await Promise.race([once(stdin, 'drain').catch(() => {}), closed])
  }
  stdin.end()
}

function tooFew(given: number, count: number, cause: unknown): GanzhiError {
  return new GanzhiError(
    `ffmpeg gave ${given} of ${count} pictures: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      code: 'no-pictures',
      blame: 'outside',
      remedy: 'Install ffmpeg with libx264 (apt-get install ffmpeg), and see that the clip can be read.',
      cause,
    },
  )
}
