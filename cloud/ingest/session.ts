import { randomUUID } from 'node:crypto'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Pool, PoolClient, QueryResult } from 'pg'
import type { Logger } from 'pino'
import { HOLD_LEDGER_DAY, turnLedgerDay } from '../ledger/ledger-day.ts'
import { type LedgerTransaction, dayOver } from '../ledger/ledger-transaction.ts'
import { isDatabaseError } from './database-refusal.ts'
import { type FailPoint, noFailPoint } from './fail-point.ts'
import { watchForFrozenPeers } from './frozen-peer.ts'

/**
 * This process's way to the database. It counts its commits there: when the database remembers fewer, it was restored,
 * and everything that was learnt of it (ids, tables) may be wrong.
 */
export interface IngestSession {
  /** Grows when the database went back in time: what was learnt under an older generation is void. */
  readonly generation: number
  /** Commits what `work` does, or nothing. Rejects with `database-went-back` where `generation` is not the present one. */
  transaction<T>(generation: number, work: (tx: LedgerTransaction) => Promise<T>): Promise<T>
}

export interface SessionOptions {
  readonly pool: Pool
  readonly log: Logger
  readonly failPoint?: FailPoint
  /** How long PostgreSQL waits for a lock. */
  readonly lockTimeoutMs?: number
  /** Age from which the transaction of another ingest process that blocks us is ended. */
  readonly frozenAfterMs?: number
}

export async function openSession(options: SessionOptions): Promise<IngestSession> {
  const { pool, log, failPoint = noFailPoint, lockTimeoutMs = 5_000, frozenAfterMs = 15_000 } = options
  const id = randomUUID()
  let commits = 0
  let generation = 1
  await pool.query('INSERT INTO ingest_process (id) VALUES ($1)', [id])

  const begin = async (client: PoolClient): Promise<string> => {
    // Before asking: what another lane commits meanwhile need not be in the answer.
    const known = commits
    // One round trip. Each statement has a snapshot of its own, so the day is read under the lock.
    const rows = await firstRows(
      client,
      `BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; ${HOLD_LEDGER_DAY};
       SELECT commits FROM ingest_process WHERE id = '${id}'`,
    )
    const [{ day, due }, remembered] = rows.slice(-2) as [{ day: string; due: boolean }, { commits: string }?]
    if (Number(remembered?.commits ?? -1) < known) {
      generation++
      commits = 0
      await client.query(`ROLLBACK; INSERT INTO ingest_process (id) VALUES ('${id}') ON CONFLICT DO NOTHING`)
      log.warn('the database went back in time: what was cached of it is forgotten')
      throw wentBack()
    }
    if (due) throw dayOver()
    return day
  }

  const commit = async (client: PoolClient): Promise<void> => {
    // Counted last, so that the lanes of this process don't wait for each other's row.
    const [counted] = (await firstRows(
      client,
      `UPDATE ingest_process SET commits = commits + 1, seen_at = now() WHERE id = '${id}' RETURNING commits; COMMIT`,
    )) as [{ commits: string }?]
    commits = Math.max(commits, Number(counted?.commits ?? 0))
  }

  /** Watched by a second connection for who holds it up; thrown away unless it is sure to be sound. */
  const onClient = async <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    const ignore = (): void => {}
    client.on('error', ignore)
    const watch = watchForFrozenPeers({ pool, client, lookEveryMs: lockTimeoutMs / 3, frozenAfterMs, log })
    let sound = false
    try {
      const result = await work(client)
      sound = true
      return result
    } catch (error) {
      // Only where PostgreSQL or we ourselves refused can it not be in the middle of something.
      if (isDatabaseError(error) || isGanzhiError(error)) {
        sound = await client.query('ROLLBACK').then(
          () => true,
          () => false,
        )
      }
      throw error
    } finally {
      watch.stop()
      client.off('error', ignore)
      client.release(!sound)
    }
  }

  const attempt = async <T>(expected: number, work: (tx: LedgerTransaction) => Promise<T>): Promise<T> =>
    onClient(async (client) => {
      const day = await begin(client)
      if (expected !== generation) throw wentBack()
      failPoint('began')
      const result = await work({ client, day })
      failPoint('before-commit')
      await commit(client)
      return result
    })

  return {
    get generation() {
      return generation
    },
    async transaction(expected, work) {
      try {
        return await attempt(expected, work)
      } catch (error) {
        if (!isGanzhiError(error, 'day-over')) throw error
        await onClient((client) => turnLedgerDay(client, lockTimeoutMs))
        return attempt(expected, work)
      }
    },
  }
}

/** Of each of several statements that go in one round trip. */
async function firstRows(client: PoolClient, sql: string): Promise<unknown[]> {
  const results = (await client.query(sql)) as unknown as QueryResult[]
  return results.map(({ rows }) => rows[0])
}

function wentBack(): GanzhiError {
  return new GanzhiError('the database is not the one that we last committed to', {
    code: 'database-went-back',
    blame: 'outside',
    remedy: 'Nothing: what was cached of it is forgotten, and gateways send again what it lacks.',
    retryable: true,
  })
}
