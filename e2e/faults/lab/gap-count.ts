import type pg from 'pg'

/** Gap records that have arrived, for one reason or for any. */
export async function gapCount(client: pg.Client, reason = '%'): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM gap WHERE reason LIKE $1',
    [reason],
  )
  return rows[0]?.count ?? 0
}
