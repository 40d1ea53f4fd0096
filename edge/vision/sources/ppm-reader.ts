import { GanzhiError } from '@ganzhi/contracts/error'

export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** 8K, and a little for cameras that look into all directions. */
export const MOST_PIXELS = 8_192 * 4_608
const LONGEST_HEADER = 32

export interface PpmReaderOptions {
  /** Memory for the pixels of a picture. */
  readonly room: (bytes: number) => Uint8Array
  readonly onPicture: (picture: Picture) => void
}

/** Cuts ffmpeg's stream of PPM pictures, which say their own size: chunks in, whole pictures out. */
export class PpmReader {
  readonly #options: PpmReaderOptions
  #header = ''
  #picture: Picture | undefined
  #filled = 0

  constructor(options: PpmReaderOptions) {
    this.#options = options
  }

  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (!this.#picture) {
        at = this.#readHeader(chunk, at)
        continue
      }
      const { rgb } = this.#picture
      const end = Math.min(chunk.length, at + rgb.length - this.#filled)
      rgb.set(chunk.subarray(at, end), this.#filled)
      this.#filled += end - at
      at = end
      if (this.#filled < rgb.length) continue
      const whole = this.#picture
      this.#picture = undefined
      this.#options.onPicture(whole)
    }
  }

  #readHeader(chunk: Uint8Array, from: number): number {
    let at = from
    while (at < chunk.length) {
      this.#header += String.fromCharCode(chunk[at++] ?? 0)
      const size = /^P6\n(\d+) (\d+)\n255\n$/.exec(this.#header)
      if (size) {
        this.#begin(Number(size[1]), Number(size[2]))
        return at
      }
      if (this.#header.length > LONGEST_HEADER) throw notPpm()
    }
    return at
  }

  #begin(width: number, height: number): void {
    const pixels = width * height
    if (pixels < 1 || pixels > MOST_PIXELS) throw notPpm()
    this.#header = ''
    this.#filled = 0
    this.#picture = { width, height, rgb: this.#options.room(pixels * 3) }
  }
}

function notPpm(): GanzhiError {
  return new GanzhiError('ffmpeg wrote something else than pictures', { code: 'bad-reply', blame: 'outside' })
}
