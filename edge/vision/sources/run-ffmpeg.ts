import { setPriority } from 'node:os'
import { FfmpegLog } from './ffmpeg-log.ts'
import { type FfmpegInput, spawnFfmpeg } from './spawn-ffmpeg.ts'

export interface RunOptions {
  readonly ffmpeg: string
  readonly input: FfmpegInput
  /** What it makes of its input. */
  readonly output: string
  /** For its standard input, one after the other. */
  readonly pieces?: readonly Uint8Array[]
  readonly scrub?: (text: string) => string
  /** 0 as everybody, 19 behind all. */
  readonly nice?: number
  /** Ends it. */
  readonly signal: AbortSignal
}

export interface Ran {
  readonly bytes: Buffer
  /** Undefined where it was killed, or is not there. */
  readonly code: number | undefined
  readonly log: FfmpegLog
}

/** From its start to its end. */
export async function runFfmpeg(options: RunOptions): Promise<Ran> {
  const { ffmpeg, input, output, pieces = [], scrub = (text) => text, nice = 0, signal } = options
  const {
    process: child,
    stdin,
    stderr,
  } = spawnFfmpeg(ffmpeg, input, {
    before: '-hide_banner -nostats -nostdin -loglevel level+error'.split(' '),
    after: output.split(' '),
  })
  if (nice !== 0 && child.pid !== undefined) setPriority(child.pid, nice)
  const log = new FfmpegLog(scrub, () => {})
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  stderr.setEncoding('utf8').on('data', (text: string) => log.push(text))
  for (const piece of pieces) stdin.write(piece)
  stdin.end()
  const kill = () => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  const code = await new Promise<number | undefined>((resolve) =>
    child.once('error', () => resolve(undefined)).once('close', (ended) => resolve(ended ?? undefined)),
  )
  signal.removeEventListener('abort', kill)
  return { bytes: Buffer.concat(chunks), code, log }
}
