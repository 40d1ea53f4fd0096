import { parentPort, workerData } from 'node:worker_threads'
import { openSubject, type Subject } from '../street/subject.ts'
import type { Size } from './film.ts'

/** What this thread paints, one picture for each word it hears. */
export interface Painting {
  readonly subject: Subject
  readonly size: Size
  readonly moments: readonly number[]
}

const { subject, size, moments } = workerData as Painting
const live = openSubject(subject, size)
const left = moments.values()
parentPort?.on('message', () => {
  const { value: ms, done } = left.next()
  if (done) return
  const rgb = Uint8Array.from(live.pictureAt(ms).rgb)
  parentPort?.postMessage(rgb, [rgb.buffer])
})
