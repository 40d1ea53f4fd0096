import { isGanzhiError } from '@ganzhi/contracts/error'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

export interface Persistence {
  readonly log: Logger
  readonly signal: AbortSignal
}

/**
 * Does `work` until it is done, with longer and longer pauses: meanwhile nothing is acknowledged, the broker fills up
 * and refuses, and gateways keep what they have. Only the signal ends it.
 */
export async function persist<T>(work: () => Promise<T>, { log, signal }: Persistence): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (isGanzhiError(error, 'database-went-back')) continue
      // A database that is down for hours is one event, not thousands.
      if (pause === FIRST_PAUSE_MS)
        log.warn({ err: error }, 'database does not take it, trying until it does')
      else log.debug({ err: error }, 'database still does not take it')
      await delay(pause * (0.5 + Math.random() / 2), undefined, { signal })
    }
  }
}
