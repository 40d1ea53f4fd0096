import { GanzhiError } from '@ganzhi/contracts/error'
import type { Pool } from 'pg'

/** What a commit must mean for a receipt to be true. */
const REQUIRED = ['fsync', 'full_page_writes', 'synchronous_commit'] as const

/** Refuses a database that can lose what it has committed. */
export async function refuseUnsafeSettings(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT name FROM pg_settings WHERE name = ANY($1) AND setting = 'off' ORDER BY name`,
    [REQUIRED],
  )
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name)
  throw new GanzhiError(
    `the database may lose what it has committed: ${names.map((name) => `${name}=off`).join(', ')}`,
    {
      code: 'database-not-durable',
      blame: 'caller',
      field: names[0] ?? '',
      remedy: `Set ${names.map((name) => `${name} = on`).join(', ')} in postgresql.conf (or by ALTER SYSTEM, ROLE, DATABASE) and restart it.`,
    },
  )
}
