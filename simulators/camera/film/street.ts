import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import { openStreet, type Street, type StreetOptions } from '../street/street.ts'
import { type Film, rawVideo, type Size, type Take } from './film.ts'
import type { StreetTake } from './street-painter.ts'

/** Rendering costs more than encoding: each picture of the street is held until the next. */
const PAINTED_A_SECOND = 5

/** A rendered street with people walking by, or with nobody. */
export function streetFilm(seed: number, seconds: number, walkers: number): Film {
  const still = walkers === 0
  const optionsOf = (size: Size): StreetOptions => ({ seed, size, walkers, loopS: seconds })
  const looks = new Map<string, WeakRef<Street>>()
  const streetOf = (size: Size) => {
    const name = `${size.width}x${size.height}`
    const street = looks.get(name)?.deref() ?? openStreet(optionsOf(size))
    looks.set(name, new WeakRef(street))
    return street
  }
  return {
    title: still ? 'empty street' : 'street',
    seconds: still ? 1 : seconds,
    still,
    peopleAt(ms, size) {
      if (still) return []
      const seen = streetOf(size).pictureAt(paintedAt(ms)).truth()
      return seen.filter(({ label }) => label === 'person').map(({ box }) => box.map(Math.round))
    },
    input: (take) => ({
      args: rawVideo(take, 'rgb24'),
      pictures: () => painted(optionsOf(take.size), take, still ? 1 : seconds),
    }),
  }
}

function paintedAt(ms: number): number {
  const period = 1_000 / PAINTED_A_SECOND
  return Math.floor(ms / period) * period
}

/** In a thread of its own, or the simulator would answer nobody meanwhile. */
async function* painted(
  street: StreetOptions,
  { fps, from, count }: Take,
  seconds: number,
): AsyncGenerator<Buffer> {
  const moments = Array.from({ length: count }, (_, i) => paintedAt((((from + i) / fps) % seconds) * 1_000))
  const workerData: StreetTake = { street, moments: moments.filter((ms, i) => ms !== moments[i - 1]) }
  const worker = new Worker(new URL('street-painter.ts', import.meta.url), { workerData })
  worker.unref()
  try {
    const arriving = on(worker, 'message', { close: ['exit'] }) as AsyncIterator<[Uint8Array<ArrayBuffer>]>
    let picture: Buffer = Buffer.alloc(0)
    let shown: number | undefined
    for (const ms of moments) {
      if (ms !== shown) {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
        worker.postMessage('next')
        const { value, done } = await arriving.next()
        if (done) return
        picture = Buffer.from(value[0].buffer)
      }
      shown = ms
      yield picture
    }
  } finally {
    await worker.terminate()
  }
}
