import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import type { Pool } from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { openPool } from '../database/pool.ts'
import { type Listening, openListening } from './listening.ts'

const log = pino({ level: 'silent' })
let dir: string
let postgres: Postgres
let pool: Pool

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-listening-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  pool = openPool({ url: postgres.url, role: 'ingest', log })
  await migrate(pool, { log })
})
afterAll(async () => {
  await pool?.end()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

let elapsed = 0
let broker: 'there' | 'away'
beforeEach(async () => {
  broker = 'there'
  await pool.query(`UPDATE listening SET since = '-infinity', until = '-infinity'`)
})

const open = (): Listening =>
  openListening(
    pool,
    { flush: () => (broker === 'there' ? Promise.resolve() : Promise.reject(new Error('away'))) },
    () => elapsed,
  )
/** As it is confirmed after each look at what gateways said. */
async function goOn(listening: Listening, ms: number): Promise<void> {
  for (const end = elapsed + ms; elapsed < end; elapsed += 250) await listening.confirm()
}
async function state(): Promise<{ since: Date | number; until: Date | number }> {
  const { rows } = await pool.query<{ since: Date; until: Date }>('SELECT since, until FROM listening')
  return rows[0] ?? { since: 0, until: 0 }
}

it('is confirmed while the broker answers, since when it first was', async () => {
  const listening = open()
  await goOn(listening, 1_000)
  const first = await state()
  expect(first.since).toEqual(first.until)
  await goOn(listening, 10_000)
  const next = await state()
  expect(next.since).toEqual(first.since)
  expect(Number(next.until)).toBeGreaterThan(Number(first.until))
})

it('is not while the broker is away, and begins anew after a break', async () => {
  const listening = open()
  await goOn(listening, 5_000)
  broker = 'away'
  await goOn(listening, 5_000)
  const before = await state()
  await goOn(listening, 60_000)
  expect(await state()).toEqual(before)
  await pool.query(`UPDATE listening SET since = since - interval '1 min', until = until - interval '1 min'`)
  broker = 'there'
  await goOn(listening, 10_000)
  expect(Number((await state()).since)).toBeGreaterThan(Number(before.until))
})
