import { GanzhiError } from '@ganzhi/contracts/error'

export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** 8K, and a little for cameras that look into all directions. */
export const MOST_PIXELS = 8_192 * 4_608
const SHORTEST_HEADER = 'P6\n1 1\n255\n'.length
const LONGEST_HEADER = 32

export interface PpmReaderOptions {
  /** Memory for the pixels of a picture. */
  readonly room: (bytes: number) => Uint8Array
  readonly onPicture: (picture: Picture) => void
}

/**
 * Reads ffmpeg's stream of PPM pictures, which say their own size. Bytes come straight to where they stay: it says where the
 * next ones go, and is told how many have come.
 */
export class PpmReader {
  readonly #options: PpmReaderOptions
  readonly #header = Buffer.alloc(LONGEST_HEADER)
  #headerEnd = SHORTEST_HEADER
  #picture: Picture | undefined
  #filled = 0

  constructor(options: PpmReaderOptions) {
    this.#options = options
  }

  /** Of a header no more than it is sure to have: what follows belongs elsewhere. */
  get room(): Uint8Array {
    return this.#picture
      ? this.#picture.rgb.subarray(this.#filled)
      : this.#header.subarray(this.#filled, this.#headerEnd)
  }

  came(bytes: number): void {
    this.#filled += bytes
    if (!this.#picture) return this.#readHeader()
    if (this.#filled < this.#picture.rgb.length) return
    const whole = this.#picture
    this.#picture = undefined
    this.#filled = 0
    this.#headerEnd = SHORTEST_HEADER
    this.#options.onPicture(whole)
  }

  #readHeader(): void {
    if (this.#filled < this.#headerEnd) return
    const header = this.#header.toString('latin1', 0, this.#filled)
    const size = /^P6\n(\d+) (\d+)\n255\n$/.exec(header)
    if (size) return this.#begin(Number(size[1]), Number(size[2]))
    if (this.#filled === LONGEST_HEADER) throw notPpm()
    const untilEnd = /^P6\n\d+ \d+\n/.exec(header)?.[0].length
    this.#headerEnd =
      untilEnd === undefined ? this.#filled + 1 : Math.min(LONGEST_HEADER, untilEnd + '255\n'.length)
  }

  #begin(width: number, height: number): void {
    const pixels = width * height
    if (pixels < 1 || pixels > MOST_PIXELS) throw notPpm()
    this.#filled = 0
    this.#picture = { width, height, rgb: this.#options.room(pixels * 3) }
  }
}

function notPpm(): GanzhiError {
  return new GanzhiError('ffmpeg wrote something else than pictures', { code: 'bad-reply', blame: 'outside' })
}
