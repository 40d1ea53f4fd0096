const MOST_HEADER_BYTES = 4_096
/** An 8K JPEG of the best quality. */
export const MOST_JPEG_BYTES = 32 * 1024 * 1024

const END_OF_HEADERS = Buffer.from('\r\n\r\n')

/** Thrown by what is no multipart of pictures, or one without end. */
export class NotMultipart extends Error {}

/** Parts of multipart/x-mixed-replace (RFC 2046 §5.1): by Content-Length where it is told, else up to the boundary. */
export class MultipartReader {
  readonly #boundary: Buffer
  #held: Buffer = Buffer.alloc(0)
  /** Of the part whose headers were read: undefined where it isn't told. */
  #part: { readonly length: number | undefined } | undefined
  /** Up to where no boundary was found. */
  #searched = 0

  constructor(boundary: string) {
    // Many cameras write the dashes into the header's boundary too.
    this.#boundary = Buffer.from(`--${boundary.replace(/^--/, '')}`)
  }

  push(chunk: Uint8Array): Buffer[] {
    this.#held = this.#held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk])
    const parts: Buffer[] = []
    while (this.#part ? this.#readBody(this.#part.length, parts) : this.#readHeaders()) {}
    return parts
  }

  #readHeaders(): boolean {
    const start = this.#held.indexOf(this.#boundary)
    const end = start < 0 ? -1 : this.#held.indexOf(END_OF_HEADERS, start)
    if (end < 0) {
      if (this.#held.length > MOST_HEADER_BYTES)
        throw new NotMultipart('no boundary where a picture should begin')
      return false
    }
    const headers = this.#held.toString('latin1', start, end)
    const length = /^content-length:\s*(\d{1,9})\s*$/im.exec(headers)?.[1]
    if (Number(length) > MOST_JPEG_BYTES) throw new NotMultipart('a picture is too long')
    this.#part = { length: length === undefined ? undefined : Number(length) }
    this.#drop(end + END_OF_HEADERS.length)
    return true
  }

  #readBody(length: number | undefined, parts: Buffer[]): boolean {
    const end = length ?? this.#held.indexOf(this.#boundary, this.#searched)
    if (end < 0 || end > this.#held.length) {
      if (this.#held.length > MOST_JPEG_BYTES) throw new NotMultipart('a picture is too long')
      this.#searched = Math.max(0, this.#held.length - this.#boundary.length)
      return false
    }
    const body = this.#held.subarray(0, end)
    parts.push(
      length === undefined && body.at(-1) === 10 ? body.subarray(0, body.at(-2) === 13 ? -2 : -1) : body,
    )
    this.#part = undefined
    this.#drop(end)
    return true
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count)
    this.#searched = 0
  }
}
