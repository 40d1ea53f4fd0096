import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '@ganzhi/device-drivers/clock'
import { sleep } from '@ganzhi/device-drivers/clock'
import type { ModelCard } from '@ganzhi/models/card'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import type { OpenDetector } from './detector-child.ts'
import { fakeCard } from './fake-card.ts'
import type { LookOptions, ModelOrder } from './messages.ts'

/** How a model behaves in a test. */
export interface Behaviour {
  readonly card?: Partial<ModelCard>
  readonly lookMs?: number
  readonly see?: (frame: Frame, options: LookOptions) => readonly Detection[]
  readonly opens?: () => void
}

/** Models by the path of their weights, in this process and in manual time. */
export class FakeModels {
  readonly opened: string[] = []
  readonly closed: string[] = []
  /** Frames that one model had at a time: it looks at one after the other. */
  mostUnderWay = 0
  readonly #clock: Clock
  readonly #behaviours: Record<string, Behaviour>
  readonly #dies = new Map<string, (error: GanzhiError) => void>()

  constructor(clock: Clock, behaviours: Record<string, Behaviour>) {
    this.#clock = clock
    this.#behaviours = behaviours
  }

  order(path: string): ModelOrder {
    return { kind: 'weights', path, card: 'card.yaml' }
  }

  die(path: string, error: GanzhiError): void {
    this.#dies.get(path)?.(error)
  }

  readonly open = async (model: ModelOrder): Promise<OpenDetector> => {
    const path = model.kind === 'weights' ? model.path : model.dir
    const { card, lookMs = 10, see = () => [], opens } = this.#behaviours[path] ?? {}
    this.opened.push(path)
    opens?.()
    const gone = Promise.withResolvers<GanzhiError>()
    this.#dies.set(path, gone.resolve)
    const clock = this.#clock
    let underWay = 0
    let turn = Promise.resolve()
    return {
      card: fakeCard({ id: `test/${path}`, ...card }),
      gone: gone.promise,
      look: async (frame, options) => {
        this.mostUnderWay = Math.max(this.mostUnderWay, ++underWay)
        turn = turn.then(() => sleep(clock, lookMs, new AbortController().signal))
        const died = await Promise.race([turn, gone.promise])
        underWay -= 1
        if (died) throw died
        return { kind: 'seen', detections: see(frame, options), inferenceMs: lookMs }
      },
      [Symbol.asyncDispose]: async () => void this.closed.push(path),
    }
  }
}
