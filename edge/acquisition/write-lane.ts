import { GanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import type { PlannedPoint } from './plan.ts'
import type { PolledDevice } from './polled-device.ts'

export interface WriteOptions {
  readonly signal: AbortSignal
  /** Called when nothing stands between the write and the wire; when it throws, nothing is sent. */
  readonly before?: () => void
}

export type Written = { readonly writtenAt: number }

export interface WaitingWrite {
  readonly device: PolledDevice
  readonly point: PlannedPoint
  readonly value: Value
  readonly options: WriteOptions
  readonly resolve: (written: Written) => void
  readonly reject: (error: unknown) => void
}

/** Writes that wait for the wire, one after the other. */
export class WriteLane {
  #waiting: WaitingWrite[] = []

  get waits(): boolean {
    return this.#waiting.length > 0
  }

  /** `onWaiting` is called when it stands in the lane. */
  ask(
    device: PolledDevice,
    point: PlannedPoint,
    value: Value,
    options: WriteOptions,
    onWaiting: () => void,
  ): Promise<Written> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const withdraw = () => {
        if (!this.#waiting.includes(write)) return
        this.#waiting = this.#waiting.filter((other) => other !== write)
        reject(signal.reason as Error)
      }
      const settled =
        <T>(settle: (outcome: T) => void) =>
        (outcome: T) => {
          signal.removeEventListener('abort', withdraw)
          settle(outcome)
        }
      const write = { device, point, value, options, resolve: settled(resolve), reject: settled(reject) }
      signal.addEventListener('abort', withdraw, { once: true })
      this.#waiting.push(write)
      onWaiting()
    })
  }

  take(): WaitingWrite | undefined {
    return this.#waiting.shift()
  }

  close(): void {
    const error = new GanzhiError('the link was closed', {
      code: 'link-closed',
      blame: 'ours',
      retryable: true,
    })
    for (const write of this.#waiting.splice(0)) write.reject(error)
  }
}
