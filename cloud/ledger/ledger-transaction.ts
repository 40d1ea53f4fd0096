import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Pool, PoolClient } from 'pg'
import { inTransaction, withClient } from '../database/pool.ts'
import { HOLD_LEDGER_DAY, turnLedgerDay } from './ledger-day.ts'

export interface LedgerTransaction {
  readonly client: PoolClient
  /** The ledger day that new keys belong to. */
  readonly day: string
}

const LOCK_TIMEOUT_MS = 5_000

/** A transaction that may enter keys, for who is not ingest. */
export async function inLedgerTransaction<T>(
  pool: Pool,
  work: (tx: LedgerTransaction) => Promise<T>,
): Promise<T> {
  const attempt = () =>
    inTransaction(pool, async (client) => {
      const results = (await client.query(HOLD_LEDGER_DAY)) as unknown as { rows: unknown[] }[]
      const [{ day, due }] = results.slice(-1).flatMap(({ rows }) => rows) as [{ day: string; due: boolean }]
      if (due) throw dayOver()
      return work({ client, day })
    })
  try {
    return await attempt()
  } catch (error) {
    if (!isGanzhiError(error, 'day-over')) throw error
    await withClient(pool, (client) => turnLedgerDay(client, LOCK_TIMEOUT_MS))
    return attempt()
  }
}

export function dayOver(): GanzhiError {
  return new GanzhiError('the ledger day is over', { code: 'day-over', blame: 'ours', retryable: true })
}
