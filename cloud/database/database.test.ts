import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { Client, type Pool } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refuseUnsafeSettings } from './durability.ts'
import { type Migration, migrate, readMigrations } from './migrate.ts'
import { inTransaction, openPool } from './pool.ts'
import { servesAt } from './timescale-version.ts'

const log = pino({ level: 'silent' })
const one: Migration = { number: 1, name: 'one', sql: 'CREATE TABLE one (x int)' }
const two: Migration = { number: 2, name: 'two', sql: 'ALTER TABLE one ADD y int; CREATE TABLE two (x int)' }

describe('the database', () => {
  let dir: string
  let server: Postgres
  let pool: Pool

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ganzhi-database-'))
    server = await startPostgres({ dataDir: join(dir, 'data'), port: await freePort() })
    pool = openPool({ url: server.url, role: 'test', maxConnections: 4, log })
  })

  afterAll(async () => {
    await pool?.end()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  beforeEach(async () => {
    await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  })

  test('that falls silent in the middle of something is given up, and asked again on another connection', async () => {
    const impatient = openPool({ url: server.url, role: 'test', maxConnections: 1, silenceMs: 200, log })
    await expect(impatient.query('SELECT pg_sleep(3600)')).rejects.toThrow('was silent for 200 ms')
    await expect(impatient.query('SELECT 1 AS one')).resolves.toMatchObject({ rows: [{ one: 1 }] })
    await impatient.end()
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)' AND pid <> pg_backend_pid()`,
    )
  })

  test('is migrated once, in order, by however many processes start at once', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(pool, { log, migrations: [one, two] })))
    expect(applied.flat()).toEqual(['one', 'two'])
    expect(await migrate(pool, { log, migrations: [one, two] })).toEqual([])
  })

  test('refuses a migration that was changed after it had been applied', async () => {
    await migrate(pool, { log, migrations: [one] })
    const edited = { ...one, sql: `${one.sql};` }
    await expect(migrate(pool, { log, migrations: [edited] })).rejects.toMatchObject({
      code: 'migration-changed',
    })
  })

  test('refuses to serve a program that is older than itself', async () => {
    await migrate(pool, { log, migrations: [one, two] })
    await expect(migrate(pool, { log, migrations: [one] })).rejects.toMatchObject({ code: 'database-newer' })
  })

  test('keeps nothing of a migration that fails, and all of those before it', async () => {
    const bad = { number: 2, name: 'bad', sql: 'CREATE TABLE half (x int); SELECT 1 / 0' }
    await expect(migrate(pool, { log, migrations: [one, bad] })).rejects.toThrow(
      'migration "bad" failed: division by zero',
    )
    const { rows } = await pool.query(
      `SELECT to_regclass('one') IS NOT NULL AS one, to_regclass('half') AS half`,
    )
    expect(rows).toEqual([{ one: true, half: null }])
  })

  test('has migrations whose numbers and names are in order', async () => {
    const numbers = (await readMigrations()).map(({ number }) => number)
    expect(numbers).toContain(20)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  })

  test('knows our connections by their role, and stops what takes too long', async () => {
    const people = openPool({ url: server.url, role: 'people', statementTimeoutMs: 50, log })
    const { rows } = await people.query('SHOW application_name')
    expect(rows).toEqual([{ application_name: 'ganzhi-people' }])
    await expect(people.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: '57014' })
    await people.end()
  })

  test('rolls back what failed, and cancels what is no longer wanted', async () => {
    await pool.query('CREATE TABLE kept (x int)')
    const failing = inTransaction(pool, async (tx) => {
      await tx.query('INSERT INTO kept VALUES (1)')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    const abort = new AbortController()
    const sleeping = inTransaction(
      pool,
      async (tx) => {
        await tx.query('INSERT INTO kept VALUES (2)')
        setImmediate(() => abort.abort(new Error('left')))
        await tx.query('SELECT pg_sleep(600)')
      },
      { signal: abort.signal },
    )
    await expect(sleeping).rejects.toThrow('left')
    expect((await pool.query('SELECT * FROM kept')).rows).toEqual([])
  })

  test.each(['fsync', 'full_page_writes', 'synchronous_commit'])(
    'is refused with %s=off',
    async (setting) => {
      await expect(refuseUnsafeSettings(pool)).resolves.toBeUndefined()
      const turn = async (sql: string) => {
        const client = new Client(server.url)
        await client.connect()
        await client.query(sql)
        await client.query('SELECT pg_reload_conf()')
        await client.end()
      }
      await turn(`ALTER SYSTEM SET ${setting} = off`)
      const refusal = () =>
        refuseUnsafeSettings(pool).then(
          () => 'accepted',
          (error: Error & { remedy?: string }) => `${error.message} | ${error.remedy}`,
        )
      await expect.poll(refusal).toMatch(new RegExp(`${setting}=off \\| Set ${setting} = on`))
      await turn(`ALTER SYSTEM RESET ${setting}`)
      await expect.poll(refusal).toBe('accepted')
    },
  )
})

test('TimescaleDB serves from 2.20 on', () => {
  const versions = ['1.9.9', '2.9.3', '2.19.3', '2.20.0', '2.28.3', '3.0.0-dev']
  expect(versions.map(servesAt)).toEqual([false, false, false, true, true, true])
})
