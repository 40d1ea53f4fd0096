import type { Pool, PoolClient } from 'pg'
import { lendClient } from '../database/pool.ts'
import type { Abortable } from './series-store.ts'

const ROWS_AT_ONCE = 5_000

/** A reader that is slow, or gone, holds or frees one connection and one snapshot, and no memory. */
export async function* onSnapshot<Piece>(
  pool: Pool,
  { signal }: Abortable,
  read: (client: PoolClient) => AsyncGenerator<Piece>,
): AsyncGenerator<Piece> {
  await using loan = await lendClient(pool, signal)
  await loan.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    for await (const piece of read(loan.client)) {
      yield piece
      signal?.throwIfAborted()
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    await loan.client.query('ROLLBACK').catch(() => undefined)
  }
}

export async function* pagesOf<Row extends object>(
  client: PoolClient,
  sql: string,
  values: readonly unknown[],
): AsyncGenerator<Row[]> {
  await client.query(`DECLARE page NO SCROLL CURSOR FOR ${sql}`, [...values])
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${ROWS_AT_ONCE} FROM page`)
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_AT_ONCE) break
  }
  await client.query('CLOSE page')
}
