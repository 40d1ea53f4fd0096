import type { Pool, QueryResultRow } from 'pg'
import { lendClient } from '../database/pool.ts'
import { rowPages } from '../database/row-pages.ts'

/** Rows of one snapshot, page by page; whoever stops early leaves nothing open. */
export async function* streamRows<Row extends QueryResultRow>(
  pool: Pool,
  query: { readonly text: string; readonly values: readonly unknown[] },
  { signal }: { readonly signal?: AbortSignal },
): AsyncGenerator<Row[]> {
  await using loan = await lendClient(pool, signal)
  const { client } = loan
  await client.query('BEGIN READ ONLY')
  try {
    yield* rowPages<Row>(client, query)
  } finally {
    await client.query('ROLLBACK').catch(() => undefined)
  }
}
