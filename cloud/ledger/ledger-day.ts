import type { ClientBase, PoolClient } from 'pg'
import { transactionOn } from '../database/pool.ts'

/**
 * Every ingest transaction holds this lock shared, the turn of the ledger day exclusively. So while a key is being
 * entered there is one partition that it can go to, and everything in the others is committed.
 */
const DAY_LOCK = 7_413_001

/** To stand between BEGIN and the first use of the ledger. `due` tells that the day has to be turned first. */
export const HOLD_LEDGER_DAY = `
  SELECT pg_advisory_xact_lock_shared(${DAY_LOCK});
  SELECT day::text, day < (now() AT TIME ZONE 'UTC')::date AS due FROM ledger_day`

export function partitionOf(day: string): string {
  return `ledger_${day.replaceAll('-', '')}`
}

/** Makes today's partition and lets new keys go there. Waits for running ingest transactions, not for long. */
export async function turnLedgerDay(client: PoolClient, lockTimeoutMs: number): Promise<void> {
  await transactionOn(client, async () => {
    await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}; SELECT pg_advisory_xact_lock(${DAY_LOCK})`)
    await turn(client)
  })
}

async function turn(client: ClientBase): Promise<void> {
  // A clock that went back must not bring back an older day: keys of the later one would no longer be looked up.
  const { rows } = await client.query<{ today: string }>(
    `UPDATE ledger_day SET day = (now() AT TIME ZONE 'UTC')::date
     WHERE day < (now() AT TIME ZONE 'UTC')::date RETURNING day::text AS today`,
  )
  const today = rows[0]?.today
  if (today === undefined) return
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${partitionOf(today)} PARTITION OF ledger FOR VALUES IN ('${today}')`,
  )
}
