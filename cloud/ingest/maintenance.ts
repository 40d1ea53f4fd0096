import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { clearIndicators, refreshIndicators } from '../indicators/refresh-indicators.ts'
import { foldLedger } from '../ledger/fold.ts'
import type { SeriesStore } from '../series-store/series-store.ts'

export interface MaintenanceOptions {
  readonly pool: Pool
  readonly store: SeriesStore
  /** Whose midnight starts a day. */
  readonly zone: string
  readonly now: () => number
  readonly log: Logger
}

const ROLLUPS_EVERY_MS = 5_000
const INDICATORS_EVERY_MS = 60_000
const HOUR_MS = 3_600_000

/** What has to be done now and then, by whichever process comes to it. A failure is tried again the next time. */
export function startMaintenance({ pool, store, zone, now, log }: MaintenanceOptions): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  const every = async (ms: number, what: string, work: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) {
      await work().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, `${what} failed, it is tried again`)
      })
      await delay(ms, undefined, { signal }).catch(() => {})
    }
  }
  const running = Promise.all([
    every(ROLLUPS_EVERY_MS, 'refreshing roll-ups', () => store.refreshRollups({ now: now(), signal })),
    every(INDICATORS_EVERY_MS, 'computing indicators', () => refreshIndicators({ pool, zone, now, signal })),
    every(HOUR_MS, 'maintaining the series store', () => store.maintain({ now: now(), signal })),
    every(HOUR_MS, 'folding the ledger', () => foldLedger(pool, { zone, log, signal })),
    every(HOUR_MS, 'clearing up', () => clearUp(pool)),
    every(HOUR_MS, 'clearing up indicators', () => clearIndicators({ pool, now })),
  ])
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

/** Quarantined messages are kept for 30 days, and of a flood of them the last ones. */
async function clearUp(pool: Pool): Promise<void> {
  await pool.query(`DELETE FROM quarantine WHERE at < now() - interval '30 days'
    OR id <= (SELECT max(id) - 100000 FROM quarantine)`)
  await pool.query(`DELETE FROM ingest_process WHERE seen_at < now() - interval '30 days'`)
}
