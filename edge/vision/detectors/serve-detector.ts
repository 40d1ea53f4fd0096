import { flushCompileCache } from 'node:module'
import type { ModelCard } from '@ganzhi/models/card'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import { faultOf } from '@ganzhi/models/fault'
import { frameReader } from './frame-memory.ts'
import type { Answer, LookOptions, LookOrder, OpenOrder, Order } from './messages.ts'

/** Where a child finds the frames: the descriptor after standard in, out, error and the channel of messages. */
export const FRAME_FD = 4

export interface ServedDetector {
  readonly card: ModelCard
  readonly digest?: string
  detect(frame: Frame, options: LookOptions): Promise<readonly Detection[]>
}

/** The first runs are slower, and the last chance to refuse. */
const WARM_UP_RUNS = 2

/** The whole life of a detector's process: one model is opened and warmed, then answers look by look until the parent goes. */
export function serveDetector(open: (order: OpenOrder) => Promise<ServedDetector>): void {
  const read = frameReader(FRAME_FD)
  const tell = (answer: Answer) => process.send?.(answer)
  let detector: ServedDetector | undefined

  async function ready(order: OpenOrder): Promise<Answer> {
    detector = await open(order)
    const [width = 1, height = 1] = detector.card.input.size
    const blank = { width, height, at: 0, rgb: new Uint8Array(3 * width * height) }
    for (let i = 0; i < WARM_UP_RUNS; i++) await detector.detect(blank, {})
    // Who is killed in the end writes nothing then.
    flushCompileCache()
    const { card, digest } = detector
    return { kind: 'ready', card, ...(digest !== undefined && { digest }) }
  }

  async function look({ place, width, height, at, ...options }: LookOrder): Promise<Answer> {
    if (!detector) throw new TypeError('a look was ordered before the model was open')
    const beganAt = performance.now()
    const detections = await detector.detect(read({ place, width, height, at }), options)
    return { kind: 'seen', detections, inferenceMs: performance.now() - beganAt }
  }

  process.on('disconnect', () => process.exit())
  let before: Promise<unknown> = Promise.resolve()
  process.on('message', (order: Order) => {
    before = before
      .then(() => (order.kind === 'open' ? ready(order) : look(order)))
      .then(tell, (error: unknown) => tell({ kind: 'failed', fault: faultOf(error) }))
  })
}
