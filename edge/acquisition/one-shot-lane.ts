import type { PointResult } from '@ganzhi/device-drivers/driver'
import type { PlannedPoint } from './plan.ts'
import type { PolledDevice } from './polled-device.ts'
import { Round } from './round.ts'

export interface OneShot {
  readonly device: PolledDevice
  readonly points: readonly PlannedPoint[]
  readonly signal: AbortSignal
  /** Of a point for which nothing comes. */
  readonly missing: PointResult
  readonly onResult: (point: PlannedPoint, result: PointResult) => void
}

/** Reads that somebody asked for, one after the other. */
export class OneShotLane {
  readonly #rounds: Round[] = []

  get next(): Round | undefined {
    while (this.#rounds[0]?.spent) this.#rounds.shift()
    return this.#rounds[0]
  }

  /** One result a point. */
  ask({ device, points, signal, missing, onResult }: OneShot): Promise<readonly PointResult[]> {
    const results = points.map(() => missing)
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const withdraw = () => {
        round.over = true
        reject(signal.reason as Error)
      }
      const onEnd = () => {
        signal.removeEventListener('abort', withdraw)
        resolve(results)
      }
      const driverPoints = points.map(({ driverPoint }) => driverPoint)
      const round = new Round({
        device,
        kind: 'one-shot',
        deadline: 0,
        asked: { set: { points, driverPoints, groups: [] }, onEnd },
        onResult(point, result, position) {
          results[position] = result
          onResult(point, result)
        },
      })
      signal.addEventListener('abort', withdraw, { once: true })
      this.#rounds.push(round)
    })
  }

  /** With more to be sent. */
  relist(round: Round): void {
    if (!this.#rounds.includes(round)) this.#rounds.unshift(round)
  }

  close(): void {
    for (const round of this.#rounds.splice(0)) round.end()
  }
}
