import type { ClientBase, QueryResultRow } from 'pg'

const PAGE = 5_000

/** Rows of one statement in a transaction, page by page, while the next is on its way. Whoever stops early ends the transaction. */
export async function* rowPages<Row extends QueryResultRow>(
  tx: ClientBase,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
): AsyncGenerator<Row[]> {
  // All rows will be fetched: what gives the first ones soonest would be the wrong plan.
  await tx.query('SET LOCAL cursor_tuple_fraction = 1')
  await tx.query(`DECLARE page NO SCROLL CURSOR FOR ${text}`, [...values])
  const fetchPage = async (): Promise<Row[]> => (await tx.query<Row>(`FETCH ${PAGE} FROM page`)).rows
  for (let next = fetchPage(); ;) {
    const rows = await next
    next = rows.length < PAGE ? Promise.resolve([]) : fetchPage()
    // Who stops early does not wait for it.
    next.catch(() => {})
    if (rows.length === 0) break
    yield rows
  }
  await tx.query('CLOSE page')
}
