import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'

/** By this name ingest's connections know each other in pg_stat_activity. */
export const INGEST_APPLICATION = 'ganzhi-ingest'

export interface FrozenPeerOptions {
  readonly pool: Pool
  readonly client: PoolClient
  /** Short against the lock timeout: only while we wait can PostgreSQL tell for whom. */
  readonly lookEveryMs: number
  readonly frozenAfterMs: number
  readonly log: Logger
}

/**
 * A process that is frozen in mid-COPY keeps its keys locked, and no timeout of PostgreSQL ends that. Whoever waits
 * for it looks from a second connection who holds it up, and ends an ingest transaction that is too old to be alive.
 */
export function watchForFrozenPeers(options: FrozenPeerOptions): { stop(): void } {
  const { pool, client, lookEveryMs, frozenAfterMs, log } = options
  const pid = (client as PoolClient & { processID: number | null }).processID
  let looking = false
  const look = async (): Promise<void> => {
    if (looking) return
    looking = true
    try {
      const { rows } = await pool.query<{ pid: number }>(
        // Materialized: in one WHERE the planner would be free to end everybody first and look at their names then.
        `WITH frozen AS MATERIALIZED (
           SELECT pid FROM pg_stat_activity
           WHERE pid = ANY (pg_blocking_pids($1)) AND application_name = $2
             AND xact_start < clock_timestamp() - $3 * interval '1 ms'
         )
         SELECT pid FROM frozen WHERE pg_terminate_backend(pid)`,
        [pid, INGEST_APPLICATION, frozenAfterMs],
      )
      for (const row of rows) log.warn({ pid: row.pid }, 'ended the transaction of a frozen ingest process')
    } catch (error) {
      log.debug({ err: error }, 'could not look who holds us up')
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  return { stop: () => clearInterval(timer) }
}
