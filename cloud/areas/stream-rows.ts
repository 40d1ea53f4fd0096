import type { Pool, QueryResultRow } from 'pg'
import { lendClient } from '../database/pool.ts'

const PAGE = 10_000

/** Rows of one snapshot, page by page; whoever stops early leaves nothing open. */
export async function* streamRows<Row extends QueryResultRow>(
  pool: Pool,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
  { signal }: { readonly signal?: AbortSignal },
): AsyncGenerator<Row[]> {
  await using loan = await lendClient(pool, signal)
  const { client } = loan
  await client.query('BEGIN READ ONLY')
  try {
    // All rows will be fetched: what gives the first ones soonest would be the wrong plan.
    await client.query('SET LOCAL cursor_tuple_fraction = 1')
    await client.query(`DECLARE page NO SCROLL CURSOR FOR ${text}`, [...values])
    for (;;) {
      const { rows } = await client.query<Row>(`FETCH ${PAGE} FROM page`)
      if (rows.length > 0) yield rows
      if (rows.length < PAGE) return
    }
  } finally {
    await client.query('ROLLBACK').catch(() => undefined)
  }
}
