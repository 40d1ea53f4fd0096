import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Live } from '../street/live.ts'
import { openSubject, type Subject } from '../street/subject.ts'
import { type Film, rawVideo, type Size, type Take } from './film.ts'
import type { Painting } from './painter.ts'

/** Rendering costs more than encoding: each picture is held until the next. */
const PAINTED_A_SECOND = 5

/** What a rendered street shows, over and over. */
export function renderedFilm(subject: Subject, title: string, seconds: number): Film {
  const looks = new Map<string, WeakRef<Live>>()
  const liveAt = (size: Size) => {
    const name = `${size.width}x${size.height}`
    const live = looks.get(name)?.deref() ?? openSubject(subject, size)
    looks.set(name, new WeakRef(live))
    return live
  }
  return {
    title,
    seconds,
    peopleAt(ms, size) {
      const seen = liveAt(size).pictureAt(paintedAt(ms)).truth()
      return seen.filter(({ label }) => label === 'person').map(({ box }) => box.map(Math.round))
    },
    input: (take) => ({ args: rawVideo(take, 'rgb24'), pictures: () => painted(subject, take, seconds) }),
  }
}

function paintedAt(ms: number): number {
  const period = 1_000 / PAINTED_A_SECOND
  return Math.floor(ms / period) * period
}

/** In a thread of its own, or the simulator would answer nobody meanwhile. */
async function* painted(
  subject: Subject,
  { size, fps, from, count }: Take,
  seconds: number,
): AsyncGenerator<Buffer> {
  const moments = Array.from({ length: count }, (_, i) => paintedAt((((from + i) / fps) % seconds) * 1_000))
  const workerData: Painting = { subject, size, moments: moments.filter((ms, i) => ms !== moments[i - 1]) }
  const worker = new Worker(new URL('painter.ts', import.meta.url), { workerData })
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
