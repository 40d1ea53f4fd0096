import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { transactionOn, withClient } from './pool.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

export interface MigrateOptions {
  readonly log: Logger
  readonly signal?: AbortSignal
  /** Those of this folder unless given. */
  readonly migrations?: readonly Migration[]
}

const FOLDER = fileURLToPath(new URL('./migrations/', import.meta.url))
const FILE = /^(\d{3})-([a-z0-9-]+)\.sql$/
/** Any number that no other advisory lock of the platform uses. */
const LOCK = 0x67_7a_00_01

/**
 * Brings the database to the schema of this version: one migration, one transaction, one process at a time.
 * Returns the names of what was applied.
 */
export async function migrate(pool: Pool, options: MigrateOptions): Promise<string[]> {
  const migrations = options.migrations ?? (await readMigrations())
  return withClient(
    pool,
    async (client) => {
      // Waits as long as it takes: another process migrates, and this one needs what it makes.
      await client.query('SET lock_timeout = 0; SET statement_timeout = 0')
      await client.query('SELECT pg_advisory_lock($1)', [LOCK])
      try {
        return await apply(client, migrations, options.log)
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => undefined)
        await client.query('RESET lock_timeout; RESET statement_timeout').catch(() => undefined)
      }
    },
    options.signal,
  )
}

export async function readMigrations(folder: string = FOLDER): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(
    files.map(async (file) => {
      const [, number, name] = FILE.exec(file) ?? []
      if (number === undefined || name === undefined) throw badFolder(`${file} is not named NNN-name.sql`)
      return { number: Number(number), name, sql: await readFile(`${folder}/${file}`, 'utf8') }
    }),
  )
  for (const [i, { number, name }] of migrations.entries()) {
    if (migrations[i - 1]?.number === number) throw badFolder(`${name} has the number ${number} of another`)
  }
  return migrations
}

async function apply(client: PoolClient, migrations: readonly Migration[], log: Logger): Promise<string[]> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS migration (
       number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  )
  const { rows } = await client.query<{ number: number; name: string; checksum: string }>(
    'SELECT number, name, checksum FROM migration ORDER BY number',
  )
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of rows) {
    const migration = known.get(number)
    if (!migration) throw newer(name)
    if (checksumOf(migration.sql) !== checksum) throw changed(migration.name)
  }
  const done = new Set(rows.map(({ number }) => number))
  const applied: string[] = []
  for (const { number, name, sql } of migrations) {
    if (done.has(number)) continue
    await transactionOn(client, async () => {
      await client.query(sql).catch((cause: unknown) => {
        throw failed(name, cause)
      })
      await client.query('INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)', [
        number,
        name,
        checksumOf(sql),
      ])
    })
    applied.push(name)
    log.info({ migration: name }, 'the database schema was brought forward')
  }
  return applied
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex')
}

function newer(name: string): GanzhiError {
  return new GanzhiError(`the database is newer than this program: it has "${name}"`, {
    code: 'database-newer',
    blame: 'caller',
    remedy: 'Start the version that migrated it, or a later one.',
  })
}

function changed(name: string): GanzhiError {
  return new GanzhiError(`migration "${name}" was changed after it had been applied`, {
    code: 'migration-changed',
    blame: 'ours',
    remedy: 'Restore the file and put the change into a new migration.',
  })
}

function failed(name: string, cause: unknown): GanzhiError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new GanzhiError(`migration "${name}" failed: ${reason}`, {
    code: 'migration-failed',
    blame: 'ours',
    cause,
  })
}

function badFolder(what: string): GanzhiError {
  return new GanzhiError(`migrations: ${what}`, { code: 'bad-migrations', blame: 'ours' })
}
