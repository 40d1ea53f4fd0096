import { stripVTControlCharacters } from 'node:util'
import { type CameraFault, cameraFault, type FaultCode } from './camera-state.ts'

export interface StreamFacts {
  readonly codec: string
  readonly width: number
  readonly height: number
}

const KEPT_LINES = 8
const LONGEST_LINE = 400

/** The first that matches the last lines; ffmpeg's own words. */
const SIGNS: readonly (readonly [RegExp, FaultCode])[] = [
  [/401 Unauthorized|authorization failed/i, 'wrong-password'],
  [/403 Forbidden|access denied/i, 'forbidden'],
  [/404 (Stream )?Not Found|454 Session/i, 'no-stream'],
  [/Server returned 5\d\d|failed: (5\d\d|453)/i, 'server-error'],
  [/Failed to resolve|Name or service not known|name resolution/i, 'unknown-host'],
  [/Connection refused/i, 'refused'],
  [/No route to host|Network is unreachable|Connection timed out/i, 'unreachable'],
  [/Device or resource busy/i, 'device-busy'],
  [/Permission denied/i, 'no-permission'],
  [/No such (file|device)/i, 'missing'],
  [/Picture size .* is invalid|pixels? count .* exceeds|max_pixels/i, 'too-large'],
  [
    /Invalid data found|could not find codec|does not contain any stream|matches no streams|moov atom/i,
    'bad-stream',
  ],
]

/** What ffmpeg says, kept short, without logins: the stream it found, how much was corrupt, why it ended. */
export class FfmpegLog {
  stream: StreamFacts | undefined
  corrupt = 0
  readonly #scrub: (line: string) => string
  readonly #onResized: () => void
  readonly #tail: string[] = []
  #size: string | undefined
  #rest = ''

  constructor(scrub: (line: string) => string, onResized: () => void) {
    this.#scrub = scrub
    this.#onResized = onResized
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/[\r\n]+/)
    // A line without an end is kept only as far as it would be shown.
    this.#rest = (lines.pop() ?? '').slice(-4 * LONGEST_LINE)
    for (const line of lines) this.#take(line)
  }

  /** What the last lines complain of; undefined where they say nothing that is known. */
  complaint(): CameraFault | undefined {
    const said = this.#tail.join('\n')
    const code = SIGNS.find(([sign]) => sign.test(said))?.[1]
    return code && cameraFault(code, this.lastLine)
  }

  get lastLine(): string | undefined {
    return this.#tail.at(-1)
  }

  #take(line: string): void {
    const stream = /Stream #0:\d.*?: Video: (\w+)[^\n]*?, (\d+)x(\d+)/.exec(line)
    if (stream && !this.stream) {
      this.stream = { codec: stream[1] ?? '', width: Number(stream[2]), height: Number(stream[3]) }
    }
    const size = /^\[graph 0 input [^\]]*\] .*w:(\d+ h:\d+)/.exec(line)?.[1]
    if (size !== undefined) {
      if (this.#size !== undefined && this.#size !== size) this.#onResized()
      this.#size = size
    }
    if (!/\[(error|fatal|panic)\]/.test(line)) return
    if (/^\[[^\]]*(h264|hevc|mjpeg|mpeg4|vp[89]|av1)/.test(line)) this.corrupt++
    this.#tail.push(this.#scrub(stripVTControlCharacters(line)).slice(0, LONGEST_LINE))
    if (this.#tail.length > KEPT_LINES) this.#tail.shift()
  }
}
