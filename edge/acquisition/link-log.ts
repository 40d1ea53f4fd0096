import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Logger } from 'pino'
import { atMostEvery } from './at-most-every.ts'

const EVERY_MS = 60_000

export interface LinkLog {
  up(): void
  down(err: unknown, retryInMs: number): void
  driverFailed(err: unknown, device: string): void
}

/** What a link says of itself: no line or device can flood the log. */
export function linkLog(clock: Clock, log: Logger): LinkLog {
  const sayUp = atMostEvery(clock, EVERY_MS)
  const sayDown = atMostEvery(clock, EVERY_MS)
  const sayFailed = atMostEvery(clock, EVERY_MS)
  return {
    up: () => sayUp((heldBack) => log.info({ heldBack }, 'link up')),
    down: (err, retryInMs) => sayDown((heldBack) => log.warn({ err, retryInMs, heldBack }, 'link down')),
    driverFailed: (err, device) =>
      sayFailed((heldBack) => log.error({ err, device, heldBack }, 'driver failed')),
  }
}
