import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { withClient } from '../database/pool.ts'
import type { Backend } from './backend.ts'
import { ROLLUP_LEVELS } from './rollup-level.ts'
import { type Abortable, ROLLUPS, type Tick } from './series-store.ts'

const LEASE = 0x67_7a_00_03
/** Rest for one part of work. */
const REST = 3

/**
 * Works off what is due, from the finest level up; false where another process holds the lease. The lease is of the
 * session that does the work: should it be lost, so is the work that it was for.
 */
export async function refreshRollups(pool: Pool, backend: Backend, tick: Tick): Promise<boolean> {
  return withClient(
    pool,
    async (client) => {
      // Taken before any snapshot: one taken earlier would not see what the last holder of the lease has done.
      if (!(await tryLease(client))) return false
      try {
        for (const rollup of ROLLUPS) {
          await inTurns(() => backend.rollUp(client, ROLLUP_LEVELS[rollup], tick), tick.signal)
        }
        return true
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [LEASE]).catch(() => undefined)
      }
    },
    tick.signal,
  )
}

/** Roll-ups can wait, samples can't: after each piece of work it rests for some of its length. */
async function inTurns(work: () => Promise<boolean>, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const start = performance.now()
    if (!(await work())) return
    await delay(REST * (performance.now() - start), undefined, signal ? { signal } : {})
  }
}

async function tryLease(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [LEASE])
  return rows[0]?.held === true
}

export async function readBacklog(
  pool: Pool,
  { signal }: Abortable = {},
): Promise<{ marks: number; oldest: number | null }> {
  return withClient(
    pool,
    async (client) => {
      const { rows } = await client.query<{ marks: string; oldest: Date | null }>(
        'SELECT count(*) AS marks, min(bucket) AS oldest FROM dirty_mark WHERE rollup = 0',
      )
      return { marks: Number(rows[0]?.marks ?? 0), oldest: rows[0]?.oldest?.getTime() ?? null }
    },
    signal,
  )
}
