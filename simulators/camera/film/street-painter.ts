import { parentPort, workerData } from 'node:worker_threads'
import { openStreet, type StreetOptions } from '../street/street.ts'

/** What this thread paints, one picture for each word it hears. */
export interface StreetTake {
  readonly street: StreetOptions
  readonly moments: readonly number[]
}

const { street, moments } = workerData as StreetTake
const view = openStreet(street)
const left = moments.values()
parentPort?.on('message', () => {
  const { value: ms, done } = left.next()
  if (done) return
  const rgb = Uint8Array.from(view.pictureAt(ms).rgb)
  parentPort?.postMessage(rgb, [rgb.buffer])
})
