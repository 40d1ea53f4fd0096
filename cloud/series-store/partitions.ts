import { Client, type Pool } from 'pg'
import { DAY_MS } from './retention.ts'

/** A table that is cut by time into partitions of equal width, counted from 1970. */
export interface Partitioned {
  readonly table: string
  readonly days: number
}

const LOCK = 0x67_7a_00_02
const LOCK_TIMEOUT_MS = 5_000

export interface Partitions {
  /** Makes those that hold these times (ms) and are not there. */
  cover(of: Partitioned, times: Iterable<number>): Promise<void>
  /** Takes away those that end at `horizon` (ms) or before. */
  dropBefore(of: Partitioned, horizon: number): Promise<void>
}

export function partitionsIn(pool: Pool): Partitions {
  const known = new Map<string, Set<number>>()

  return {
    async cover(of, times) {
      const width = of.days * DAY_MS
      const seen = known.get(of.table) ?? new Set()
      known.set(of.table, seen)
      const missing = new Set<number>()
      for (const time of times) {
        const start = Math.floor(time / width) * width
        if (!seen.has(start)) missing.add(start)
      }
      if (missing.size === 0) return
      await onOwnConnection(pool, async (client) => {
        for (const start of missing) await attach(client, of, start)
      })
      for (const start of missing) seen.add(start)
    },

    async dropBefore(of, horizon) {
      await onOwnConnection(pool, async (client) => {
        const { rows } = await client.query<{ name: string; attached: boolean; pending: boolean }>(
          `SELECT c.relname AS name, i.inhrelid IS NOT NULL AS attached, coalesce(i.inhdetachpending, false) AS pending
             FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema::regnamespace AND c.relname ~ $1
            ORDER BY c.relname`,
          [`^${of.table}_[0-9]{8}$`],
        )
        for (const { name, attached, pending } of rows) {
          if (startOf(name) + of.days * DAY_MS > horizon) continue
          // Concurrently: the queue behind an exclusive lock on the whole table would stop all writers. Whoever died in
          // between left the partition half detached, or detached and not dropped: both are taken up here.
          if (attached)
            await client.query(
              `ALTER TABLE ${of.table} DETACH PARTITION ${name} ${pending ? 'FINALIZE' : 'CONCURRENTLY'}`,
            )
          await client.query(`DROP TABLE IF EXISTS ${name}`)
          known.get(of.table)?.delete(startOf(name))
        }
      })
    },
  }
}

/**
 * Made apart and attached: CREATE TABLE … PARTITION OF would lock the parent against every writer. Not in the writer's
 * transaction, so that others need not wait for its end to see it.
 */
async function attach(client: Client, { table, days }: Partitioned, start: number): Promise<void> {
  const name = nameOf(table, start)
  const [from, to] = [start, start + days * DAY_MS].map((ms) => new Date(ms).toISOString())
  await client.query('BEGIN')
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
  const { rowCount } = await client.query('SELECT FROM pg_inherits WHERE inhrelid = to_regclass($1)', [name])
  if (rowCount === 0) {
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING STORAGE)`,
    )
    await client.query(
      `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
    )
  }
  await client.query('COMMIT')
}

/** Not of the pool: whoever writes holds a connection of it already, and may hold the last one. */
async function onOwnConnection(pool: Pool, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ ...pool.options, statement_timeout: 0, lock_timeout: LOCK_TIMEOUT_MS })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function nameOf(table: string, start: number): string {
  return `${table}_${new Date(start).toISOString().slice(0, 10).replaceAll('-', '')}`
}

function startOf(name: string): number {
  const day = name.slice(-8)
  return Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`)
}
