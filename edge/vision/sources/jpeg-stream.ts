import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import { askCamera, bodyOf, CameraTrouble, networkTrouble, trouble } from './http-camera.ts'
import { jpegSize } from './jpeg.ts'
import { MultipartReader, NotMultipart } from './multipart.ts'
import { MOST_PIXELS } from './ppm-reader.ts'
import { Pace } from './pace.ts'
import type { Login } from './scrub.ts'

export interface JpegStreamOptions {
  readonly url: string
  readonly login: Login | undefined
  /** No more a second than that. */
  readonly fps: number
  readonly clock: Clock
  readonly onJpeg: (jpeg: Buffer) => void
  /** A picture that was cut off, or is none. */
  readonly onCorrupt: () => void
  readonly signal: AbortSignal
}

/** A stream has this long for its headers, a single picture for all of itself. */
const ANSWER_MS = 10_000
/** So many bad pictures in a row are no accident. */
const MOST_CORRUPT = 20

/** Pictures of an HTTP camera, until it fails: throws CameraTrouble with why. */
export async function readJpegs(options: JpegStreamOptions): Promise<never> {
  const { url, login, fps, clock, onJpeg, onCorrupt, signal } = options
  let corrupt = 0
  const take = (jpeg: Buffer) => {
    const size = jpegSize(jpeg)
    if (size && size.width * size.height > MOST_PIXELS)
      throw trouble('too-large', `${size.width}×${size.height}`)
    corrupt = size ? 0 : corrupt + 1
    if (size) return onJpeg(jpeg)
    onCorrupt()
    if (corrupt >= MOST_CORRUPT) throw trouble('bad-stream')
  }
  for (;;) {
    const begun = clock.elapsed()
    const patience = new AbortController()
    const calm = clock.after(ANSWER_MS, () => patience.abort(trouble('stalled')))
    try {
      const response = await askCamera(url, login, AbortSignal.any([signal, patience.signal]))
      const type = response.headers.get('content-type') ?? ''
      if (/^multipart\//i.test(type)) {
        calm()
        await readParts(response, type, { pace: new Pace(fps), clock, take })
      } else if (/^image\/jpe?g/i.test(type)) {
        take(await bodyOf(response))
      } else {
        await response.body?.cancel()
        throw trouble('not-a-picture', type || 'no content type')
      }
    } catch (error) {
      if (signal.aborted || error instanceof CameraTrouble) throw error
      if (error instanceof NotMultipart) throw trouble('not-a-picture', error.message)
      throw networkTrouble((error as Error).cause ?? error)
    } finally {
      calm()
    }
    await sleep(clock, Math.max(0, begun + 1_000 / fps - clock.elapsed()), signal)
  }
}

interface PartsOptions {
  readonly pace: Pace
  readonly clock: Clock
  readonly take: (jpeg: Buffer) => void
}

/** Always ends with trouble: a stream has no end of its own. */
async function readParts(
  response: Response,
  type: string,
  { pace, clock, take }: PartsOptions,
): Promise<never> {
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary === undefined) throw trouble('not-a-picture', type)
  const reader = new MultipartReader(boundary)
  for await (const chunk of response.body ?? []) {
    for (const part of reader.push(chunk)) if (pace.lets(clock.elapsed())) take(part)
  }
  throw trouble('stalled', 'the stream was closed')
}
