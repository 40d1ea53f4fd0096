import { setTimeout as delay } from 'node:timers/promises'
import type { GatewayStatus } from '@ganzhi/contracts/status'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { takeStatuses } from '../register/gateway-status.ts'
import type { Listening } from '../topology/listening.ts'
import type { Receipts } from './receipts.ts'

export interface StatusesOptions {
  readonly pool: Pool
  readonly receipts: Pick<Receipts, 'mark'>
  readonly listening: Listening
  /** An earlier run of the agent counts as over when it has been silent for so long. */
  readonly tailLostAfterMs: number
  readonly log: Logger
  readonly signal: AbortSignal
}

const EVERY_MS = 250
const AT_ONCE = 500

export interface Statuses {
  readonly take: (gateway: string, status: GatewayStatus) => void
  readonly done: Promise<void>
}

/** Takes down what gateways say of themselves: the last of each, some at once, never more than memory can hold. */
export function openStatuses(options: StatusesOptions): Statuses {
  const { pool, receipts, listening, tailLostAfterMs, log, signal } = options
  const waiting = new Map<string, { gateway: string; status: GatewayStatus }>()

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const some = [...waiting].slice(0, AT_ONCE)
      for (const [key] of some) waiting.delete(key)
      try {
        const named = await takeStatuses(
          pool,
          some.map(([, said]) => said),
          { tailLostAfterMs, log },
        )
        receipts.mark(named)
        if (some.length < AT_ONCE) await listening.confirm()
      } catch (error) {
        // It is said again in ten seconds.
        log.info({ err: error }, 'statuses are not taken down')
      }
      await delay(EVERY_MS, undefined, { signal })
    }
  }
  return {
    // Two runs that speak at once are two entries: seeing both is what tells a cloned disk.
    take: (gateway, status) => waiting.set(`${gateway}.${status.epoch}`, { gateway, status }),
    done: run().catch((error: unknown) => {
      if (!signal.aborted) throw error
    }),
  }
}
