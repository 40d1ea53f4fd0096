import { type GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import type { Writes } from '@ganzhi/device-drivers/driver'
import type { Static, TObject } from 'typebox'
import { linkClosed, notWritable } from './actor-errors.ts'
import type { PlannedPoint } from './plan.ts'
import type { PolledDevice } from './polled-device.ts'

export interface WriteOptions {
  readonly signal: AbortSignal
  /** Called when nothing stands between the write and the wire; when it throws, nothing is sent. */
  readonly before?: () => void
}

export type Written = { readonly writtenAt: number }

export interface Write {
  readonly device: PolledDevice
  readonly point: PlannedPoint
  readonly value: Value
  readonly options: WriteOptions
}

export interface WaitingWrite extends Write {
  readonly resolve: (written: Written) => void
  readonly reject: (error: unknown) => void
}

/** Writes that wait for the wire, one after the other. */
export class WriteLane {
  #waiting: WaitingWrite[] = []

  get waits(): boolean {
    return this.#waiting.length > 0
  }

  ask(write: Write): Promise<Written> {
    const { signal } = write.options
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const withdraw = () => {
        if (!this.#waiting.includes(waiting)) return
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
        reject(signal.reason as Error)
      }
      const settled = <T>(settle: (outcome: T) => void) => {
        return (outcome: T) => {
          signal.removeEventListener('abort', withdraw)
          settle(outcome)
        }
      }
      const waiting = { ...write, resolve: settled(resolve), reject: settled(reject) }
      signal.addEventListener('abort', withdraw, { once: true })
      this.#waiting.push(waiting)
    })
  }

  take(): WaitingWrite | undefined {
    return this.#waiting.shift()
  }

  close(): void {
    for (const write of this.#waiting.splice(0)) write.reject(linkClosed())
  }
}

/** What it tells of the device: that it answered, or the error of one that did not. */
export async function sendWrite(
  { device, point, value, options, resolve, reject }: WaitingWrite,
  writes: Writes<Static<TObject>, Static<TObject>> | undefined,
  stop: AbortSignal,
): Promise<'answered' | GanzhiError | undefined> {
  try {
    if (!writes) throw notWritable(device.id)
    options.before?.()
    const signal = AbortSignal.any([options.signal, stop])
    resolve(await writes.write(device.address, point.driverPoint, value, { signal }))
    return 'answered'
  } catch (error) {
    reject(error)
    if (isGanzhiError(error, 'declined')) return 'answered'
    return isGanzhiError(error, 'no-answer') ? error : undefined
  }
}
